using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PainlessSteering.Hub;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>A proxy's address may hold a name and a password; a proxy that refuses, fails or is not there is told without them. Each in a process of its own, since .NET reads the proxies once.</summary>
public sealed class ProxyPasswordTests : IDisposable
{
    private const string Name = "anna", Password = "s3cret";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("HTTPS_PROXY", "407 Proxy Authentication Required")]
    [InlineData("HTTPS_PROXY", "502 Bad Gateway")]
    [InlineData("HTTPS_PROXY", null)]
    [InlineData("HTTP_PROXY", "407 Proxy Authentication Required")]
    [InlineData("HTTP_PROXY", "403 Forbidden")]
    [InlineData("ALL_PROXY", null)]
    public async Task ThePasswordIsNeverShown(string variable, string? answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = new StringBuilder();
        if (answer is null)
        {
            listener.Stop(); // The port refuses from here on.
        }
        else
        {
            _ = AnswerAsync(listener, answer, asked);
        }

        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pas.dll"), "download", "tiny/model", "--json", "--verbose"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY" })
        {
            start.Environment[name] = null;
            start.Environment[name.ToLowerInvariant()] = null;
        }

        start.Environment[variable] = $"http://{Name}:{Password}@127.0.0.1:{port}";
        start.Environment["HF_ENDPOINT"] = variable == "HTTPS_PROXY" ? "https://hub.invalid" : "http://hub.invalid";
        start.Environment["HF_HOME"] = _folder.Path;
        start.Environment["HF_HUB_OFFLINE"] = null;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        var shown = await output + error;
        Assert.True(process.ExitCode == 1, shown);
        Assert.Contains("pas: error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Name}:{Password}")), shown, StringComparison.Ordinal);
        Assert.True(answer is null || asked.ToString().Contains("hub.invalid", StringComparison.Ordinal), shown); // It did go through the proxy.
    }

    /// <summary>What .NET says of a proxy is shown while a download waits, too.</summary>
    [Fact]
    public void ACauseThatNamesAnAddressIsShownWithoutItsPassword() => Assert.Equal(
        "The proxy tunnel request to proxy 'http://***@proxy:1/' failed",
        HubErrors.Cause(new HttpRequestException($"The proxy tunnel request to proxy 'http://{Name}:{Password}@proxy:1/' failed"), new HubSettings { Cache = _folder.Path }));

    private static async Task AnswerAsync(TcpListener listener, string answer, StringBuilder asked)
    {
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                var stream = client.GetStream();
                var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
                lock (asked)
                {
                    asked.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // The client has gone, or asks again.
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException or InvalidOperationException)
            {
                return; // The test is over.
            }
        }
    }
}
