using System.Diagnostics;

namespace PainlessSteering.Tests.Cli;

/// <summary>Files that a fit writes are whole or absent, and a path that cannot be written is told before the work.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task AFitWritesAVectorAndAPictureAndNothingElse()
    {
        var before = Directory.GetFileSystemEntries(_tiny.Path);
        var run = await _tiny.FitAsync();
        Assert.Equal(0, run.Code);
        Assert.Equal([.. before.Append(_tiny.Vector).Append(_tiny.Picture).Order(StringComparer.Ordinal)], Directory.GetFileSystemEntries(_tiny.Path).Order(StringComparer.Ordinal));
        Assert.Contains("unsteered accuracy", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none/v.safetensors", null, "create the folder")]
    [InlineData(".", null, "found a folder")]
    [InlineData("items.csv", null, "a file that is no steering vector would be replaced")]
    [InlineData("v.safetensors", "none/p.svg", "create the folder")]
    [InlineData("v.safetensors", "p.jpeg", "expected .png or .svg; found .jpeg")]
    [InlineData("v.svg", null, "the vector and its picture have the same name")]
    [InlineData("v.svg", "./v.svg", "the vector and its picture have the same name")]
    public async Task APathThatCannotBeWrittenIsToldBeforeTheWork(string vector, string? picture, string what)
    {
        string[] arguments = ["--out", _tiny.File(vector), .. picture is null ? Array.Empty<string>() : ["--picture", _tiny.File(picture)]];
        Assert.Contains(what, await _tiny.RefusedAsync(_tiny.FitArguments(arguments)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheWeightsOfAModelAreNotReplaced() =>
        Assert.Contains("a file that is no steering vector would be replaced", await _tiny.RefusedAsync(_tiny.FitArguments("--out", _tiny.Weights)), StringComparison.Ordinal);

    [Theory]
    [InlineData("/dev/full", "a device")]
    [InlineData("/proc/v.safetensors", "cannot write the file")]
    public async Task AFolderThatTakesNoFilesIsToldBeforeTheWork(string vector, string what)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs the file systems of Linux");
        Assert.Contains(what, await _tiny.RefusedAsync(_tiny.FitArguments("--out", vector)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFullDiskLeavesNothingAndStillShowsTheResult()
    {
        var disk = Directory.CreateDirectory(_tiny.File("disk")).FullName;
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk), "needs the right to mount a small disk");
        try
        {
            var run = await _tiny.FitAsync("--out", Path.Combine(disk, "v.safetensors"), "--json");
            Assert.Equal(1, run.Code);
            Assert.StartsWith($"pas: error: {disk}/v.safetensors: cannot write the file; found No space left on device", run.LastError, StringComparison.Ordinal);
            Assert.Contains("check the free space", run.LastError, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
            Assert.NotNull(run.Json["verdict"]);
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task AnEarlierVectorIsReplacedByASuccessAndKeptByAFailure()
    {
        Assert.Equal(0, (await _tiny.FitAsync()).Code);
        var first = File.ReadAllBytes(_tiny.Vector);
        await _tiny.RefusedAsync(_tiny.FitArguments("--layers", "7"));
        Assert.Equal(first, File.ReadAllBytes(_tiny.Vector));
        Assert.Equal(0, (await _tiny.FitAsync("--seed", "2")).Code);
        Assert.NotEqual(first, File.ReadAllBytes(_tiny.Vector));
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
