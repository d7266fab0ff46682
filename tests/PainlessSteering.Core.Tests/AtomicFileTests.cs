using System.Diagnostics;

namespace PainlessSteering.Tests.Core;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileIsWrittenAndReplacedAndNothingElseIsLeft()
    {
        var path = _folder.File("a.txt");
        AtomicFile.WriteAllText(path, "first, and longer");
        AtomicFile.WriteAllText(path, "sécond");
        Assert.Equal("sécond"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFailedWriteLeavesTheOldFileAndNothingElse(bool disk)
    {
        var path = _folder.Write("a.txt", "old");
        Exception failure = disk ? new IOException("No space left on device") : new InvalidOperationException("a bug");
        var thrown = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw failure;
        }));
        Assert.Equal(disk ? typeof(PasException) : typeof(InvalidOperationException), thrown.GetType());
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void AFullDiskIsToldAndLeavesNothing()
    {
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk), "needs the right to mount a small disk");
        try
        {
            var error = Assert.Throws<PasException>(() => AtomicFile.WriteAllBytes(Path.Combine(disk, "a"), new byte[1 << 20]));
            Assert.Contains("free space", error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public void AFolderThatForbidsWritingIsTold()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        var error = Assert.Throws<PasException>(() => AtomicFile.WriteAllText("/proc/painless.txt", "x"));
        Assert.StartsWith("/proc/painless.txt: cannot write the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAbsentFolderIsToldAndNotCreated()
    {
        var error = Assert.Throws<PasException>(() => AtomicFile.WriteAllText(_folder.File("none/a.txt"), "x"));
        Assert.Contains("create the folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bad\0name")]
    [InlineData("/dev/null")]
    [InlineData("/tmp/")]
    public void WhatIsNotAFileIsRefused(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names of Unix");
        Assert.Throws<PasException>(() => AtomicFile.WriteAllText(path, "x"));
    }

    [Fact]
    public void ALinkIsFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        var target = _folder.Write("target", "old");
        var link = _folder.File("link");
        File.CreateSymbolicLink(link, target);
        AtomicFile.WriteAllText(link, "new");
        Assert.Equal("new", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
