using PainlessSteering.Hub;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Tests.Hub;

/// <summary>Downloads of GGUF files: only those that are named, all parts of a split one, from where an earlier download stopped, checked.</summary>
public sealed class HubGgufTests : IDisposable
{
    private readonly HubServer _server = new();

    public HubGgufTests()
    {
        foreach (var (name, size) in new[] { ("README.md", 5), ("t-Q4_K_M.gguf", 70_000), ("t-Q8_0-00001-of-00002.gguf", 90_000), ("t-Q8_0-00002-of-00002.gguf", 80_000), ("t-F16.gguf", 100), ("mmproj-F16.gguf", 100), ("sub/other.gguf", 100) })
        {
            _server.Files[name] = HubClientTests.Bytes(size, size);
        }
    }

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("tiny/model:Q4_K_M", "t-Q4_K_M.gguf")]
    [InlineData("hf.co/tiny/model:q8_0", "t-Q8_0-00001-of-00002.gguf", "t-Q8_0-00002-of-00002.gguf")]
    [InlineData("tiny/model/t-Q8_0-00002-of-00002.gguf", "t-Q8_0-00001-of-00002.gguf", "t-Q8_0-00002-of-00002.gguf")]
    [InlineData("hf:tiny/model/sub/other.gguf", "sub/other.gguf")]
    [InlineData("tiny/model", "t-Q4_K_M.gguf")]
    public async Task OnlyWhatIsNamedIsFetchedAndFoundAgain(string name, params string[] files)
    {
        var downloaded = await DownloadAsync(name);
        Assert.Equal(files, HubCache.Files(downloaded.Folder));
        Assert.Equal(files, _server.Requests.Where(request => request is { Host: "storage", Method: "GET" }).Select(request => request.Path["/store/".Length..]).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(_server.Files[file], File.ReadAllBytes(Path.Combine(downloaded.Folder, file))));
        var found = new ModelStores([new HubStore(new HubCache(_server.Cache.Path))]).Find(name);
        Assert.Equal((downloaded.Path, null), (found.Path, found.Note));
        Assert.Equal(name == "tiny/model" ? "t-Q4_K_M.gguf was chosen of 4 GGUF files: OTHER" : null, downloaded.Selection.Note?.Replace("sub/other.gguf, F16, Q4_K_M, Q8_0", "OTHER", StringComparison.Ordinal));
    }

    [Fact]
    public async Task APartThatIsThereIsKept()
    {
        var content = _server.Files["t-Q4_K_M.gguf"];
        var blobs = Directory.CreateDirectory(Path.Combine(_server.Cache.Path, "models--tiny--model", "blobs")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(blobs, HubServer.Checksum("t-Q4_K_M.gguf", content) + ".incomplete"), content[..30_000], TestContext.Current.CancellationToken);
        var downloaded = await DownloadAsync("tiny/model:Q4_K_M");
        Assert.Equal("bytes=30000-", _server.Requests.Single(request => request.Host == "storage").Range);
        Assert.Equal(content, await File.ReadAllBytesAsync(downloaded.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task BytesThatAreNotTheFileAreRefused()
    {
        _server.Fault = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/store/", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentLength64 = 70_000;
            context.Response.OutputStream.Write(new byte[70_000]);
            context.Response.Close();
            return true;
        };
        Assert.Contains("its checksum is wrong", await RefusedAsync("tiny/model:Q4_K_M"), StringComparison.Ordinal);
        Assert.Null(new HubCache(_server.Cache.Path).Find(HubServer.Model));
    }

    [Fact]
    public async Task WhatTheRepositoryHasNotIsToldWithWhatItHas()
    {
        Assert.Equal("tiny/model: the repository has no GGUF file of the quantisation Q5_K_M; expected one of: sub/other.gguf, F16, Q4_K_M, Q8_0; name one of these", await RefusedAsync("tiny/model:Q5_K_M"));
        Assert.Contains("the repository has no file t-Q5_K_M.gguf; expected one of: sub/other.gguf, t-F16.gguf, t-Q4_K_M.gguf, t-Q8_0-00001-of-00002.gguf", await RefusedAsync("tiny/model/t-Q5_K_M.gguf"), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, request => request.Host == "storage");
    }

    private async Task<HubDownloaded> DownloadAsync(string name)
    {
        using var client = new HubClient(_server.Settings);
        return await client.DownloadAsync(HubName.TryParse(name)!, null, TestContext.Current.CancellationToken);
    }

    private async Task<string> RefusedAsync(string name) => (await Assert.ThrowsAsync<PasException>(() => DownloadAsync(name))).Message;
}
