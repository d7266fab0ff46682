using System.Net;
using System.Net.Sockets;
using System.Text;
using PainlessSteering.Server;
using PainlessSteering.Server.Connections;

namespace PainlessSteering.Tests.Server.Connections;

/// <summary>Limits of connections, and what is said where they are reached.</summary>
[Collection(ServerCollection.Name)]
public sealed class ConnectionLimitTests(SharedServer shared)
{
    private const string Head = "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private const string Ask = """{"model":"base","prompt":"The","max_tokens":2}""";

    [Fact]
    public async Task WhereAllConnectionsHaveRequestsTheNextIsToldToComeAgain()
    {
        await using var server = await StartAsync(options => options with { MaxConnections = 8 });
        using (var flood = new Flood(server.Address))
        {
            await flood.OpenAsync(4, FloodKind.Body); // As many as one address may have.
            await BusyAsync(server, 4);
            using var client = Flood.Client(server.Address, "127.0.0.1");
            using var response = await AskAsync(client);
            await ErrorTests.AssertErrorAsync(response, 503, null, "server_overloaded");
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);

            using var other = Flood.Client(server.Address, Flood.Other);
            using var answered = await AskAsync(other);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        using var later = Flood.Client(server.Address, "127.0.0.1");
        Assert.Equal(HttpStatusCode.OK, await SoonAsync(later));
    }

    [Fact]
    public async Task AConnectionWithoutARequestGivesWay()
    {
        await using var server = await StartAsync(options => options with { MaxConnections = 4 });
        using var flood = new Flood(server.Address);
        using var first = await ConnectAsync(server);
        await flood.OpenAsync(2, FloodKind.Idle);
        Assert.Equal("", await ReadAsync(first)); // It is closed.
        using var client = Flood.Client(server.Address, "127.0.0.1");
        using var response = await AskAsync(client);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task HeadersThatNeverEndAreEnded()
    {
        await using var server = await StartAsync(options => options with { HeaderTimeout = TimeSpan.FromSeconds(1) });
        using var socket = await ConnectAsync(server, Head + "X: a");
        Assert.StartsWith("HTTP/1.1 408", await ReadAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABodyThatDripsIsEnded()
    {
        await using var server = await StartAsync(options => options with { BodyPatience = TimeSpan.FromSeconds(1.5) });
        using var socket = await ConnectAsync(server, Head + "Content-Length: 100000\r\n\r\n{");
        var answer = ReadAsync(socket);
        while (!answer.IsCompleted && await TrySendAsync(socket, " "))
        {
            await Task.WhenAny(answer, Task.Delay(100, TestContext.Current.CancellationToken));
        }

        Assert.StartsWith("HTTP/1.1 408", await answer, StringComparison.Ordinal);
        Assert.Contains("comes too slowly; expected at least 8192 bytes a second", await answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyBodiesTogetherAreRefusedWhereOneWouldNotBe()
    {
        await using var server = await StartAsync(options => options with { MaxBodyBytes = 2000, MaxBodyBytesInFlight = 8000 });
        var large = Ask[..^1] + new string(' ', 1900) + "}";
        using (var first = await ConnectAsync(server, Head + "Content-Length: 2000\r\n\r\n" + large[..1900]))
        using (var second = await ConnectAsync(server, Head + "Content-Length: 2000\r\n\r\n" + large[..1900]))
        {
            await BodiesAsync(server, 3800);
            using var refused = await server.PostAsync("/v1/completions", large); // This caller would have more than half.
            await ErrorTests.AssertErrorAsync(refused, 503, null, "server_overloaded");
            Assert.NotNull(refused.Headers.RetryAfter);
            using var other = Flood.Client(server.Address, Flood.Other);
            using var answered = await other.PostAsync("/v1/completions", new StringContent(large, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        await BodiesAsync(server, 0);
        using var later = await server.PostAsync("/v1/completions", large);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        await BodiesAsync(server, 0);
    }

    [Fact]
    public async Task ChunksOfOneByteAreABody()
    {
        using var socket = await ConnectAsync(shared.Server, Head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Ask.Select(c => $"1\r\n{c}\r\n")) + "0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(socket), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7FFFFFFF\r\n", 413)] // More than a body may have, once it has come.
    [InlineData("FFFFFFFFFFFFFFFFFF\r\n", 400)]
    [InlineData("-1\r\n", 400)]
    [InlineData("1;", 413)] // A chunk with an extension that never ends.
    public async Task ChunksThatAreTooLargeAreRefused(string chunk, int status)
    {
        await using var server = await StartAsync(options => options with { MaxBodyBytes = 1000 });
        using var socket = await ConnectAsync(server, Head + "Transfer-Encoding: chunked\r\n\r\n" + chunk);
        var answer = ReadAsync(socket);
        for (var sent = 0; sent < 1 << 20 && !answer.IsCompleted && await TrySendAsync(socket, new string('a', 1000)); sent += 1000)
        {
        }

        Assert.Matches($@"\AHTTP/1.1 ({status}|400) ", await answer);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server.Client)).StatusCode);
    }

    [Theory]
    [InlineData(1000, 100_000, 200, 1000)]
    [InlineData(1000, 1024, 200, 632)]
    [InlineData(10, 402, 200, 10)]
    public void ThereAreFewerConnectionsWhereTheProcessMayOpenFewFiles(int asked, long most, int open, int expected) =>
        Assert.Equal(expected, ConnectionLimit.Of(asked, most, open));

    [Fact]
    public void AProcessThatMayOpenTooFewFilesSaysSo() =>
        Assert.Equal("the process may open too few files to serve; expected at least 408; found 256; raise the limit (ulimit -n)", Assert.Throws<PasException>(() => ConnectionLimit.Of(1000, 256, 200)).Message);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::", "2001:db8:1:2::/64")]
    public void ANetworkOfIPv6CountsAsOneAddress(string address, string group) => Assert.Equal(group, AddressGroup.Of(IPAddress.Parse(address)));

    private Task<RunningServer> StartAsync(Func<ServerOptions, ServerOptions> change) => RunningServer.StartAsync(change, shared.Model);

    private static Task<HttpResponseMessage> AskAsync(HttpClient client) => client.PostAsync("/v1/completions", new StringContent(Ask, Encoding.UTF8, "application/json"));

    private static async Task<Socket> ConnectAsync(RunningServer server, string text = "")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        return socket;
    }

    /// <summary>All that the server sends until it ends the connection.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(30))) > 0;)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // It was reset, because this end still sent.
        }

        return text.ToString();
    }

    private static async Task<bool> TrySendAsync(Socket socket, string text)
    {
        try
        {
            return await socket.SendAsync(Encoding.ASCII.GetBytes(text)) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The status once the server has noticed that the others are gone.</summary>
    private static async Task<HttpStatusCode> SoonAsync(HttpClient client)
    {
        for (var tries = 0; ; tries++)
        {
            using var response = await AskAsync(client);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || tries == 100)
            {
                return response.StatusCode;
            }

            await Task.Delay(20);
        }
    }

    private static Task BusyAsync(RunningServer server, int count) => UntilAsync(() => server.Service<ConnectionSlots>().Busy, count);

    private static Task BodiesAsync(RunningServer server, long bytes) => UntilAsync(() => server.Service<BodyBudget>().Taken, bytes);

    private static async Task UntilAsync(Func<long> value, long expected)
    {
        for (var tries = 0; value() != expected; tries++)
        {
            Assert.True(tries < 1000, $"expected {expected}, found {value()}");
            await Task.Delay(10);
        }
    }
}
