using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Server;

/// <summary>Keys, limits and headers.</summary>
[Collection(ServerCollection.Name)]
public class AccessTests(SharedServer shared)
{
    private const string Chat = "/v1/chat/completions";
    private const string Hello = """{"model":"base","messages":[{"role":"user","content":"The"}],"max_tokens":1}""";

    [Fact]
    public async Task WithoutAKeyOnlyThePageAndItsHealthAreOpen()
    {
        await using var server = await StartAsync(options => options with { ApiKeys = ["key-of-anna", "key-of-bert"] });
        foreach (var path in new[] { "/v1/models", "/v1/steering/vectors", "/v1/models/base", "/metrics", "/v1/nothing" })
        {
            using var response = await server.Client.GetAsync(path);
            await ErrorTests.AssertErrorAsync(response, 401, null, "invalid_api_key");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        }

        foreach (var path in new[] { "/", "/health", "/ready", "/playground/main.js" })
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        foreach (var (header, status) in new[] { ("Bearer key-of-anna", 200), ("bearer key-of-bert", 200), ("Bearer key-of-ann", 401), ("Bearer key-of-annaa", 401), ("Bearer ", 401), ("Basic key-of-anna", 401) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Hello, Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Authorization", header);
            using var response = await server.Client.SendAsync(request);
            Assert.Equal((header, status), (header, (int)response.StatusCode));
        }
    }

    [Fact]
    public async Task EachKeyHasItsOwnRate()
    {
        await using var server = await StartAsync(options => options with { ApiKeys = ["key-of-anna", "key-of-bert"], RequestsPerMinute = 3 });
        async Task<HttpResponseMessage> Ask(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(Hello, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return await server.Client.SendAsync(request);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await Ask("key-of-anna")).StatusCode);
        }

        using var refused = await Ask("key-of-anna");
        var error = await ErrorTests.AssertErrorAsync(refused, 429, null, "rate_limit_exceeded");
        Assert.Equal("rate_limit_error", (string?)error["type"]);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        Assert.Equal(HttpStatusCode.OK, (await Ask("key-of-bert")).StatusCode);
    }

    [Fact]
    public async Task ABodyOverTheLimitIsRefusedWithOrWithoutALength()
    {
        await using var server = await StartAsync(options => options with { MaxBodyBytes = 1000 });
        var body = $$"""{"model":"base","messages":[{"role":"user","content":"{{new string('a', 2000)}}"}]}""";
        using var told = await server.PostAsync(Chat, body);
        await ErrorTests.AssertErrorAsync(told, 413, null, "request_too_large");
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(body))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await server.Client.SendAsync(request);
        await ErrorTests.AssertErrorAsync(chunked, 413, null, "request_too_large");
    }

    [Fact]
    public async Task AFullQueueIsToldAndComesBack()
    {
        await using var server = await StartAsync(options => options with { Engine = new GenerationEngineOptions { MaxSequences = 1, MaxWaiting = 1 } });
        const string Long = """{"model":"base","prompt":"The","max_tokens":200,"temperature":2,"stream":true}""";
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.PostAsync("/v1/completions", Long)));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        var refused = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToList();
        Assert.NotEmpty(refused);
        foreach (var response in refused)
        {
            var error = await ErrorTests.AssertErrorAsync(response, 503, null, "server_overloaded");
            Assert.Equal("server_error", (string?)error["type"]);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        using var later = await server.PostAsync(Chat, Hello);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task AServerThatCannotGenerateSaysSo()
    {
        await using var server = await StartAsync(options => options);
        foreach (var (path, status) in new[] { ("/health", "ok"), ("/ready", "ready") })
        {
            Assert.Equal(status, (string?)(await server.GetAsync(path))["status"]);
        }

        await server.Engine.DisposeAsync();
        foreach (var path in new[] { "/health", "/ready" })
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }
    }

    [Fact]
    public async Task EveryResponseHasTheHeadersOfASafePage()
    {
        foreach (var path in new[] { "/", "/v1/models", "/nowhere" })
        {
            using var response = await shared.Server.Client.GetAsync(path);
            string Header(string name) => Assert.Single(response.Headers.GetValues(name));
            Assert.StartsWith("default-src 'none'; script-src 'self'", Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal(("nosniff", "DENY", "no-referrer"), (Header("X-Content-Type-Options"), Header("X-Frame-Options"), Header("Referrer-Policy")));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(response.Headers.Contains("Server"));
            Assert.NotEqual("", Header("X-Request-Id"));
        }
    }

    [Fact]
    public async Task AForeignHostNameIsRefusedOnLoopback()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Host = "evil.example";
        using var response = await shared.Server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("localhost", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("192.168.1.5", false, false)]
    [InlineData("0.0.0.0", true, true)]
    public void OthersNeedAKeyUnlessTold(string host, bool open, bool accepted)
    {
        var options = new ServerOptions { ModelFolder = DemoFolder.PathOf("model"), Host = host, Open = open };
        Assert.Equal(accepted, Record.Exception(options.Check) is null);
        Assert.Null(Record.Exception((options with { ApiKeys = ["long-enough"] }).Check));
    }

    [Fact]
    public async Task AHalfSentRequestDoesNotHoldTheServerUp()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(shared.Server.Address.Host, shared.Server.Address.Port);
        await socket.GetStream().WriteAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"model\""u8.ToArray());
        using var response = await shared.Server.PostAsync(Chat, Hello);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<RunningServer> StartAsync(Func<ServerOptions, ServerOptions> change) => RunningServer.StartAsync(change, shared.Model);
}
