namespace PainlessSteering.Tests.Core;

/// <summary>What is no file is told from one without being opened.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FilesFoldersAndNothingAreNotSpecial()
    {
        var file = _folder.Write("file", "text");
        File.CreateSymbolicLink(_folder.File("link"), file);
        Assert.All([file, _folder.File("link"), _folder.Path, _folder.File("absent"), ""], path => Assert.Null(FileKind.Special(path)));
    }

    [Fact]
    public void PipesAndDevicesAreRefusedAtTheEndOfALinkToo()
    {
        var pipe = NamedPipe.Make(_folder.File("pipe"));
        File.CreateSymbolicLink(_folder.File("link"), pipe);
        Assert.Equal("a pipe", FileKind.Special(_folder.File("link")));
        Assert.Equal("a device", FileKind.Special("/dev/zero"));
        var error = Assert.Throws<PasException>(() => FileKind.EnsureRegular(pipe));
        Assert.Equal($"{pipe}: cannot read the file; expected a regular file; found a pipe; write what it gives into a file", error.Message);
        Assert.Equal(ErrorCodes.FileAccess, error.Code);
        Assert.Equal("/dev/zero: cannot read the file; expected a regular file; found a device", Assert.Throws<PasException>(() => FileKind.EnsureRegular("/dev/zero")).Message);
    }

    [Fact]
    public void APipeIsNotReplacedByAFile()
    {
        var pipe = NamedPipe.Make(_folder.File("pipe"));
        Assert.Contains("found a pipe, which the rename would replace", Assert.Throws<PasException>(() => AtomicFile.WriteAllText(pipe, "text")).Message, StringComparison.Ordinal);
        Assert.Equal([pipe], Directory.GetFileSystemEntries(_folder.Path));
    }
}
