using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Hub;

/// <summary>A hub that is slow, asks to wait, or never ends: every wait is bounded and told, and ends in one line.</summary>
public sealed class HubPatienceTests : IDisposable
{
    private readonly HubServer _server = new();
    private readonly byte[] _weights = HubClientTests.Bytes(100_000);
    private readonly ConcurrentQueue<string> _pauses = [];

    public HubPatienceTests() => _server.Files["model.safetensors"] = _weights;

    public void Dispose() => _server.Dispose();

    private HubSettings Impatient => _server.Settings with { Patience = TimeSpan.FromSeconds(1), Attempts = 2 };

    [Theory]
    [InlineData(429, "86400")]
    [InlineData(503, "2147483647")]
    [InlineData(429, "Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task AnAbsurdWaitIsToldAtOnceInsteadOfWaited(int status, string asked)
    {
        _server.Fault = context => Answered(context, status, asked);
        var error = await RefusedAsync(_server.Settings);
        Assert.Matches($@"the hub answers {status} .*; try again in \d+ s, which the hub asks for\z", error);
        Assert.Single(_server.Requests);
        Assert.Empty(_pauses);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("date")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("99999999999999999999")] // No number of seconds: as if it were not there.
    [InlineData("-5")]
    public async Task AWaitThatCanBeWaitedIsWaitedAndTold(string asked)
    {
        var refusals = 1;
        _server.Fault = context => Interlocked.Decrement(ref refusals) >= 0
            && Answered(context, 429, asked == "date" ? DateTime.UtcNow.AddSeconds(2).ToString("R", CultureInfo.InvariantCulture) : asked);
        await DownloadAsync(_server.Settings);
        Assert.Matches(@"\Athe hub answers 429 Too Many Requests; attempt 2 of 5 in [\d.]+ s\z", Assert.Single(_pauses));
    }

    [Fact]
    public async Task AFileThatDripsIsGivenUp()
    {
        _server.Fault = context => IsStorage(context) && Drip(context, _weights, HubServer.From(context));
        Assert.Contains("fewer than 16384 bytes came in 1 s", await RefusedAsync(Impatient), StringComparison.Ordinal);
        Assert.Matches("fewer than 16384 bytes came in 1 s; attempt 2 of 2", Assert.Single(_pauses));
    }

    [Fact]
    public async Task AListThatDripsIsGivenUp()
    {
        _server.Fault = context => IsList(context) && Drip(context, _weights, 0);
        Assert.Contains("found no answer within 1 s", await RefusedAsync(Impatient), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AListWithoutEndIsGivenUp()
    {
        _server.Fault = context =>
        {
            if (!IsList(context))
            {
                return false;
            }

            context.Response.SendChunked = true;
            try
            {
                for (var sent = 0; sent < 100; sent++)
                {
                    context.Response.OutputStream.Write(new byte[1 << 20]);
                }
            }
            catch (HttpListenerException)
            {
                // The client has had enough.
            }

            context.Response.Abort();
            return true;
        };
        Assert.EndsWith("the hub's answer is too long; expected at most 64 MiB; check HF_ENDPOINT", await RefusedAsync(_server.Settings), StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task AnAnswerThatNeverComesIsGivenUp()
    {
        var answers = new ConcurrentQueue<HttpListenerContext>();
        _server.Fault = context =>
        {
            answers.Enqueue(context);
            return true;
        };
        Assert.Contains("found no answer within 1 s", await RefusedAsync(Impatient), StringComparison.Ordinal);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task ARedirectToAnotherHostHasNoTokenAndItsQueryIsNotTold()
    {
        _server.Fault = context =>
        {
            if (IsList(context))
            {
                HubServer.Answer(context, HttpStatusCode.Redirect, ("Location", $"{_server.StorageEndpoint}list?signature=s3cret"));
                return true;
            }

            HubServer.Answer(context, HttpStatusCode.Redirect, ("Location", "file:///x?signature=s3cret"));
            return true;
        };
        var error = await RefusedAsync(_server.Settings);
        Assert.Null(Assert.Single(_server.Requests, request => request.Host == "storage").Token);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANameAndAPasswordOfTheAddressAreSentToItAloneAndNeverTold()
    {
        var settings = _server.Settings with { Endpoint = new UriBuilder(_server.Endpoint) { UserName = "anna", Password = "s3cr%40t" }.Uri };
        await DownloadAsync(settings);
        Assert.All(_server.Requests.Where(request => request.Host == "hub"), request => Assert.Equal("Basic " + Convert.ToBase64String("anna:s3cr@t"u8), request.Token));
        Assert.All(_server.Requests.Where(request => request.Host == "storage"), request => Assert.Null(request.Token));
        foreach (var status in new[] { 401, 403, 404, 500 })
        {
            _server.Fault = context => Answered(context, status, null);
            Assert.DoesNotContain("s3cr", await RefusedAsync(settings), StringComparison.Ordinal);
        }

        var gone = await RefusedAsync(settings with { Endpoint = new Uri("http://anna:s3cr%40t@127.0.0.1:9/") });
        Assert.StartsWith("http://***@127.0.0.1:9/: the hub cannot be reached", gone, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://anna:s3cret@")]
    [InlineData("https://anna:s3/cret@mirror.example")]
    [InlineData("anna:s3cret@mirror.example")]
    [InlineData("ftp://anna:s3cret@mirror.example")]
    public void AnAddressThatIsNoneIsToldWithoutItsPassword(string address)
    {
        var error = Assert.Throws<PasException>(() => HubSettings.FromEnvironment(name => name == "HF_ENDPOINT" ? address : null));
        Assert.DoesNotContain("s3", error.Message, StringComparison.Ordinal);
    }

    private static bool IsList(HttpListenerContext context) => context.Request.Url!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal);

    private static bool Answered(HttpListenerContext context, int status, string? wait)
    {
        HubServer.Answer(context, (HttpStatusCode)status, wait is null ? [] : [("Retry-After", wait)]);
        return true;
    }

    /// <summary>Sends a byte at a time until the client leaves.</summary>
    private static bool Drip(HttpListenerContext context, byte[] content, int from)
    {
        (context.Response.StatusCode, context.Response.ContentLength64) = (from > 0 ? 206 : 200, content.Length - from);
        context.Response.AddHeader("Content-Range", FormattableString.Invariant($"bytes {from}-{content.Length - 1}/{content.Length}"));
        try
        {
            for (var i = from; i < content.Length; i++)
            {
                context.Response.OutputStream.Write(content, i, 1);
                context.Response.OutputStream.Flush();
                Thread.Sleep(50);
            }
        }
        catch (HttpListenerException)
        {
            // It has left.
        }

        context.Response.Abort();
        return true;
    }

    private bool IsStorage(HttpListenerContext context) => context.Request.Url!.Authority == _server.StorageEndpoint.Authority;

    private async Task<string> RefusedAsync(HubSettings settings)
    {
        var error = (await Assert.ThrowsAsync<PasException>(() => DownloadAsync(settings))).Message;
        Assert.DoesNotContain('\n', error);
        return error;
    }

    private async Task DownloadAsync(HubSettings settings)
    {
        using var client = new HubClient(settings);
        await client.DownloadAsync(HubServer.Model, "main", new Pauses(_pauses), TestContext.Current.CancellationToken);
    }

    private sealed class Pauses(ConcurrentQueue<string> pauses) : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            if (value.Pause is { } pause)
            {
                pauses.Enqueue(pause);
            }
        }
    }
}
