using System.Diagnostics;

namespace PainlessSteering.Tests.Core;

/// <summary>What a killed process left goes with the next file that is written beside it, and nothing else does.</summary>
public sealed class TemporaryNameTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatADeadProcessLeftIsSweptByTheNextWrite()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var (dead, living) = (Left("out.safetensors", DeadProcess()), Left("other.txt", Environment.ProcessId));
        Directory.CreateDirectory(Path.Combine(_folder.File(Left("model", DeadProcess(), write: false)), "inner"));
        AtomicFile.WriteAllText(_folder.File("a.txt"), "x");
        Assert.False(File.Exists(_folder.File(dead)));
        Assert.True(File.Exists(_folder.File(living)));
        Assert.Equal([living, "a.txt"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFolderIsSweptToo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var left = Left("model", DeadProcess(), write: false);
        Directory.CreateDirectory(_folder.File(left));
        _folder.Write(Path.Combine(left, "half.safetensors"), "half");
        AtomicFolder.Write(_folder.File("model"), folder => File.WriteAllText(Path.Combine(folder, "whole"), "x"));
        Assert.Equal(["model"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void NothingElseIsTouched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var dead = DeadProcess();
        var elsewhere = Directory.CreateDirectory(_folder.File("elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "precious"), "x");
        var left = Left("link", dead, write: false);
        Directory.CreateSymbolicLink(_folder.File(left), elsewhere);
        foreach (var name in new[] { "notes.tmp", ".notes.tmp", ".out.backup.tmp", $"{Left("x", dead, write: false)[1..]}", $"{Left("x", dead, write: false)}.txt", "painless-data-mine.tmp" })
        {
            _folder.Write(name, "mine");
        }

        var before = Directory.EnumerateFileSystemEntries(_folder.Path).Count();
        TemporaryName.Sweep(_folder.Path);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_folder.Path).Count());
        Assert.True(File.Exists(Path.Combine(elsewhere, "precious")));
    }

    [Fact]
    public void WhatAnotherMachineWritesIsLeftForAnHour()
    {
        var path = _folder.Write(".out.txt.0badcafe-17-1234-1.tmp", "half");
        TemporaryName.Sweep(_folder.Path);
        Assert.True(File.Exists(path));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddYears(5)); // A clock that is wrong costs a file that stays.
        TemporaryName.Sweep(_folder.Path);
        Assert.True(File.Exists(path));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-2));
        TemporaryName.Sweep(_folder.Path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void ALongNameHasRoomForTheTemporaryOne()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names of Unix");
        foreach (var name in new[] { new string('x', 255), string.Concat(Enumerable.Repeat("ü", 127)), string.Concat(Enumerable.Repeat("😀", 63)) })
        {
            AtomicFile.WriteAllText(_folder.File(name), "x");
            Assert.True(File.Exists(_folder.File(name)));
        }

        Assert.Contains("cannot write the file", Assert.Throws<PasException>(() => AtomicFile.WriteAllText(_folder.File(new string('x', 256)), "x")).Message, StringComparison.Ordinal);
        Assert.Equal(3, Directory.EnumerateFileSystemEntries(_folder.Path).Count());
    }

    [Fact]
    public void ALongNameIsShortenedToOneOfItsOwn()
    {
        var (one, other) = (new string('ü', 200) + "1", new string('ü', 200) + "2");
        Assert.Equal("short", FileNames.Fitted("short"));
        Assert.Equal(new string('x', 255), FileNames.Fitted(new string('x', 255)));
        Assert.Equal(FileNames.Fitted(one), FileNames.Fitted(one));
        Assert.NotEqual(FileNames.Fitted(one), FileNames.Fitted(other));
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(FileNames.Fitted(one)), 250, 255);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(FileNames.Fitted(string.Concat(Enumerable.Repeat("😀", 100)), 100)), 95, 100);
    }

    [Fact]
    public void AProcessIsKnownByItsStart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        Assert.True(ProcessIdentity.IsRunning(Environment.ProcessId, ProcessIdentity.Start));
        Assert.False(ProcessIdentity.IsRunning(Environment.ProcessId, ProcessIdentity.Start - 1)); // Another had the number before.
        Assert.Null(ProcessIdentity.StartOf(DeadProcess()));
        Assert.Null(ProcessIdentity.StartOf(-1));
    }

    /// <summary>Makes a file named as this program names what it writes.</summary>
    private string Left(string target, int process, bool write = true)
    {
        var parts = Path.GetFileName(TemporaryName.Beside(Path.Combine(Path.GetTempPath(), target))).Split('-');
        parts[^3] = FormattableString.Invariant($"{process}");
        var name = string.Join('-', parts);
        if (write)
        {
            _folder.Write(name, "half");
        }

        return name;
    }

    private static int DeadProcess()
    {
        using var process = Process.Start(new ProcessStartInfo("true"))!;
        process.WaitForExit();
        return process.Id;
    }
}
