using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Hub;

public sealed class HubClientTests : IDisposable
{
    private readonly HubServer _server = new();

    public HubClientTests()
    {
        _server.Files["config.json"] = "{}"u8.ToArray();
        _server.Files["model.safetensors"] = Bytes(300_000);
        _server.Files["pytorch_model.bin"] = Bytes(10);
        _server.Files["consolidated.safetensors"] = Bytes(20);
        _server.Files["onnx/model.json"] = "{}"u8.ToArray();
        _server.Files["README.md"] = "# tiny"u8.ToArray();
    }

    public void Dispose() => _server.Dispose();

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public async Task AModelLandsInTheStandardLayout()
    {
        var folder = await _server.DownloadAsync();
        var root = Path.Combine(_server.Cache.Path, "models--tiny--model");
        Assert.Equal(Path.Combine(root, "snapshots", HubServer.Commit), folder);
        Assert.Equal(HubServer.Commit, await File.ReadAllTextAsync(Path.Combine(root, "refs", "main"), TestContext.Current.CancellationToken));
        Assert.Equal(["config.json", "model.safetensors"], HubCache.Files(folder)); // No pickle, no second copy, nothing for other programs.
        Assert.Equal(["config.json", "model.safetensors"], _server.Fetched.Order(StringComparer.Ordinal));
        foreach (var name in HubCache.Files(folder))
        {
            var checksum = HubServer.Checksum(name, _server.Files[name]);
            Assert.Equal($"../../blobs/{checksum}", new FileInfo(Path.Combine(folder, name)).LinkTarget);
            Assert.Equal(_server.Files[name], await File.ReadAllBytesAsync(Path.Combine(root, "blobs", checksum), TestContext.Current.CancellationToken));
        }

        Assert.Equal(2, Directory.GetFiles(Path.Combine(root, "blobs")).Length);
        Assert.Equal(folder, new HubCache(_server.Cache.Path).Require(HubServer.Model));
    }

    [Fact]
    public async Task TheTokenGoesToTheHubAndNowhereElse()
    {
        await _server.DownloadAsync();
        Assert.All(_server.Requests.Where(request => request.Host == "hub"), request => Assert.Equal("Bearer hf_secret", request.Token));
        Assert.Single(_server.Requests, request => request.Host == "storage");
        Assert.All(_server.Requests.Where(request => request.Host == "storage"), request => Assert.Null(request.Token));
    }

    [Fact]
    public async Task WhatIsThereIsNotFetchedAgain()
    {
        await _server.DownloadAsync();
        var before = _server.Fetched.Count();
        await _server.DownloadAsync();
        Assert.Equal(before, _server.Fetched.Count());

        _server.Files["config.json"] = "{ }"u8.ToArray(); // A new commit would have another hash; the old blob stays.
        await _server.DownloadAsync();
        Assert.Equal(before + 1, _server.Fetched.Count());
    }

    [Fact]
    public async Task ABrokenDownloadGoesOnWhereItStopped()
    {
        var content = _server.Files["model.safetensors"];
        var blobs = Directory.CreateDirectory(Path.Combine(_server.Cache.Path, "models--tiny--model", "blobs")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(blobs, HubServer.Checksum("model.safetensors", content) + ".incomplete"), content[..100_000], TestContext.Current.CancellationToken);
        var reports = new List<HubProgress>();
        using (var client = new HubClient(_server.Settings))
        {
            await client.DownloadAsync(HubServer.Model, "main", new Reports(reports), TestContext.Current.CancellationToken);
        }

        Assert.Equal("bytes=100000-", _server.Requests.Single(request => request.Host == "storage").Range);
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(blobs, HubServer.Checksum("model.safetensors", content)), TestContext.Current.CancellationToken));
        Assert.Equal(new HubProgress(300_002, 300_002, 2, 2), reports[^1]);
        Assert.Equal(2, Directory.GetFiles(blobs).Length);
    }

    [Fact]
    public async Task ALeftoverThatIsWrongIsFetchedAnew()
    {
        var content = _server.Files["model.safetensors"];
        var blobs = Directory.CreateDirectory(Path.Combine(_server.Cache.Path, "models--tiny--model", "blobs")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(blobs, HubServer.Checksum("model.safetensors", content) + ".incomplete"), Bytes(1000, seed: 2), TestContext.Current.CancellationToken);
        await _server.DownloadAsync();
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(blobs, HubServer.Checksum("model.safetensors", content)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnyRevisionIsAsked()
    {
        await _server.DownloadAsync("refs/pr/1");
        Assert.Contains(_server.Requests, request => request.Path == "/api/models/tiny/model/revision/refs/pr/1");
        Assert.NotNull(new HubCache(_server.Cache.Path).Find(HubServer.Model, "refs/pr/1"));
        Assert.NotNull(new HubCache(_server.Cache.Path).Find(HubServer.Model, HubServer.Commit));
        Assert.Null(new HubCache(_server.Cache.Path).Find(HubServer.Model));
    }

    [Fact]
    public async Task OfflineTheCacheIsAll()
    {
        var offline = _server.Settings with { Offline = true };
        Assert.EndsWith("unset HF_HUB_OFFLINE to fetch it", await _server.RefusedAsync(offline), StringComparison.Ordinal);
        var folder = await _server.DownloadAsync();
        _server.Requests.Clear();
        Assert.Equal(folder, await _server.DownloadAsync(settings: offline));
        Assert.Empty(_server.Requests);
    }

    private sealed class Reports(List<HubProgress> reports) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => reports.Add(value); // One at a time: the sum reports under its lock.
    }
}
