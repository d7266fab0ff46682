using System.Net;
using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Hub;

/// <summary>What can go wrong on the way; every refusal is one line, and leaves no wrong file behind.</summary>
public sealed class HubFaultTests : IDisposable
{
    private readonly HubServer _server = new();
    private readonly byte[] _weights = HubClientTests.Bytes(300_000);

    public HubFaultTests() => _server.Files["model.safetensors"] = _weights;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task ACutConnectionIsTakenUpAgain()
    {
        _server.Fault = context =>
        {
            var from = HubServer.From(context);
            if (!IsStorage(context) || from >= 250_000)
            {
                return false;
            }

            HubServer.Cut(context, _weights, from, from + 50_000); // More cuts than attempts: something arrives each time.
            return true;
        };
        await AssertArrivesAsync();
        Assert.InRange(_server.Requests.Count(request => request.Host == "storage"), 3, 7);
    }

    [Theory]
    [InlineData(503, null)]
    [InlineData(429, "0")]
    [InlineData(500, null)]
    public async Task ABusyHubIsAskedAgain(int status, string? retryAfter)
    {
        var refused = 0;
        _server.Fault = context =>
        {
            if (Interlocked.Increment(ref refused) > 3)
            {
                return false;
            }

            HubServer.Answer(context, (HttpStatusCode)status, retryAfter is null ? [] : [("Retry-After", retryAfter)]);
            return true;
        };
        await AssertArrivesAsync();
    }

    [Fact]
    public async Task AHubThatStaysBusyIsGivenUp()
    {
        _server.Fault = Always(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("the hub answers 503", await _server.RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(_server.Settings.Attempts, _server.Requests.Count);
    }

    [Fact]
    public async Task WhatTheServerAsksToWaitIsWaited()
    {
        var refused = 0;
        _server.Fault = context =>
        {
            if (Interlocked.Increment(ref refused) > 1)
            {
                return false;
            }

            HubServer.Answer(context, HttpStatusCode.TooManyRequests, ("Retry-After", "1"));
            return true;
        };
        var before = DateTime.UtcNow;
        await AssertArrivesAsync();
        Assert.True(DateTime.UtcNow - before >= TimeSpan.FromSeconds(0.9)); // A wait cannot be too long on a slow machine.
    }

    [Theory]
    [InlineData(401, null, "the hub asks who you are")]
    [InlineData(401, "RepoNotFound", "there is no such repository, or it is private")]
    [InlineData(403, "GatedRepo", "accept the conditions at")]
    [InlineData(404, "RevisionNotFound", "there is no such revision")]
    [InlineData(404, null, "the hub does not have it")]
    public async Task ARefusalIsFinalAndSaysWhatToDo(int status, string? code, string message)
    {
        _server.Fault = context =>
        {
            HubServer.Answer(context, (HttpStatusCode)status, code is null ? [] : [("X-Error-Code", code)]);
            return true;
        };
        var error = await _server.RefusedAsync();
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
        Assert.DoesNotContain("hf_secret", error, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Assert.Contains("set HF_TOKEN", status == 401 ? await _server.RefusedAsync(_server.Settings with { Token = null }) : "set HF_TOKEN", StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileWithAnotherContentIsRefused()
    {
        _server.Fault = context => IsStorage(context) && Send(context, HubClientTests.Bytes(_weights.Length, seed: 3));
        Assert.Contains("its checksum is wrong", await _server.RefusedAsync(), StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(299_999)]
    [InlineData(300_001)]
    public async Task AFileOfAnotherSizeIsRefused(int size)
    {
        _server.Fault = context => IsStorage(context) && Send(context, HubClientTests.Bytes(size));
        Assert.Contains($"expected 300000 bytes; found {size}", await _server.RefusedAsync(), StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task ABodyWithoutEndIsRefused()
    {
        _server.Fault = context =>
        {
            if (!IsStorage(context))
            {
                return false;
            }

            context.Response.SendChunked = true; // No length is told.
            context.Response.OutputStream.Write(HubClientTests.Bytes(400_000));
            context.Response.Close();
            return true;
        };
        Assert.Contains("another size than it tells", await _server.RefusedAsync(), StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("a/../../evil.json")]
    [InlineData("a\\..\\evil.json")]
    [InlineData("C:evil.json")]
    [InlineData("a//evil.json")]
    [InlineData("evil\0.json")]
    [InlineData(".")]
    public async Task AHostileNameIsRefusedBeforeAnythingIsFetched(string name)
    {
        _server.Files[name] = [1];
        Assert.Contains("outside its folder", await _server.RefusedAsync(), StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Assert.Empty(Directory.GetFileSystemEntries(_server.Cache.Path));
    }

    [Fact]
    public async Task AHostileChecksumIsRefused()
    {
        _server.Fault = context =>
        {
            if (context.Request.HttpMethod != "HEAD")
            {
                return false;
            }

            HubServer.Answer(context, HttpStatusCode.Redirect, ("X-Linked-Etag", "\"../../../evil\""), ("X-Linked-Size", "1"), ("Location", $"{_server.StorageEndpoint}x"));
            return true;
        };
        Assert.Contains("the server gives no checksum", await _server.RefusedAsync(), StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task ASizeThatIsNoNumberIsRefused()
    {
        _server.Fault = context =>
        {
            if (context.Request.HttpMethod != "HEAD")
            {
                return false;
            }

            HubServer.Answer(context, HttpStatusCode.Redirect, ("X-Linked-Etag", new string('a', 64)), ("X-Linked-Size", "many"), ("Location", $"{_server.StorageEndpoint}x"));
            return true;
        };
        Assert.Contains("does not tell the size; expected a number of bytes; found many", await _server.RefusedAsync(), StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task ACircleOfRedirectsEnds()
    {
        _server.Fault = context =>
        {
            HubServer.Answer(context, HttpStatusCode.Redirect, ("Location", context.Request.Url!.ToString()));
            return true;
        };
        Assert.Contains("redirects in a circle", await _server.RefusedAsync(), StringComparison.Ordinal);
        Assert.InRange(_server.Requests.Count, 5, 20);
    }

    [Fact]
    public async Task ARedirectWithinTheHubKeepsTheTokenAndAnotherSchemeIsNotFollowed()
    {
        _server.Fault = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/api/models/", StringComparison.Ordinal))
            {
                return false;
            }

            HubServer.Answer(context, HttpStatusCode.TemporaryRedirect, ("Location", "/api/renamed"));
            return true;
        };
        await AssertArrivesAsync();
        Assert.Equal("Bearer hf_secret", _server.Requests.Single(request => request.Path == "/api/renamed").Token);

        _server.Fault = context =>
        {
            HubServer.Answer(context, HttpStatusCode.Redirect, ("Location", "file:///etc/passwd"));
            return true;
        };
        Assert.Contains("not safe to follow", await _server.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PicklesAloneAreRefused()
    {
        _server.Files.Clear();
        _server.Files["config.json"] = "{}"u8.ToArray();
        _server.Files["pytorch_model.bin"] = [1];
        Assert.Contains("pickles, which could run code and are never fetched", await _server.RefusedAsync(), StringComparison.Ordinal);
        Assert.Empty(_server.Fetched);
    }

    [Fact]
    public async Task AHubThatIsNotThere()
    {
        var settings = _server.Settings with { Endpoint = new Uri("http://127.0.0.1:9/") };
        Assert.Contains("the hub cannot be reached", await _server.RefusedAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public async Task AListThatBreaksOffIsAskedForAgain(int cuts)
    {
        _server.Fault = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) || --cuts < 0)
            {
                return false;
            }

            HubServer.Cut(context, _weights, 0, 20);
            return true;
        };
        if (cuts == 1)
        {
            await AssertArrivesAsync();
            return;
        }

        Assert.Contains("the hub cannot be reached", await _server.RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(_server.Settings.Attempts, _server.Requests.Count);
    }

    [Fact]
    public async Task ACacheThatCannotBeWritten()
    {
        var settings = _server.Settings with { Cache = Path.Combine(_server.Cache.Write("file", "not a folder"), "hub") };
        Assert.Contains("the cache cannot be written", await _server.RefusedAsync(settings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    public async Task ARevisionThatIsNoneIsNotTheServersFault(string revision)
    {
        var error = await Assert.ThrowsAsync<PasException>(() => _server.DownloadAsync(revision));
        Assert.Contains("is no name of a revision", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task AListThatIsNoList()
    {
        _server.Fault = context => Send(context, "<html>"u8.ToArray());
        Assert.Contains("list of files cannot be read", await _server.RefusedAsync(), StringComparison.Ordinal);
    }

    private static Func<System.Net.HttpListenerContext, bool> Always(HttpStatusCode status) => context =>
    {
        HubServer.Answer(context, status);
        return true;
    };

    private static bool Send(System.Net.HttpListenerContext context, byte[] content)
    {
        context.Response.ContentLength64 = content.Length;
        context.Response.OutputStream.Write(content);
        context.Response.Close();
        return true;
    }

    private bool IsStorage(System.Net.HttpListenerContext context) => context.Request.Url!.Authority == _server.StorageEndpoint.Authority;

    private async Task AssertArrivesAsync()
    {
        var folder = await _server.DownloadAsync();
        Assert.Equal(_weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), TestContext.Current.CancellationToken));
    }

    private void AssertNothingIsLeft()
    {
        Assert.Null(new HubCache(_server.Cache.Path).Find(HubServer.Model));
        Assert.DoesNotContain(Directory.EnumerateFiles(_server.Cache.Path, "*", SearchOption.AllDirectories), file => !file.EndsWith(".lock", StringComparison.Ordinal) && new FileInfo(file).Length > 0);
    }
}
