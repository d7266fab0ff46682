using System.Net;
using System.Text;

namespace PainlessSteering.Tests.Server.Connections;

/// <summary>The server in a process that may open few files, flooded in every way at once from one address.</summary>
public sealed class FloodTests
{
    private const int Descriptors = 1024;
    private const int OfEachKind = 220; // Together more than the process may open.

    [Fact]
    public async Task AFloodFromOneAddressKeepsNobodyElseOutAndTheServerRecoversAtOnce()
    {
        await using var server = await ServerProcess.StartAsync(Descriptors);
        Assert.Matches(@"at most \d+ connections, because the process may open 1024 files", server.Told());
        using var other = Flood.Client(server.Client.BaseAddress!, Flood.Other);
        using (var flood = new Flood(server.Client.BaseAddress!))
        {
            foreach (var kind in Flood.Kinds)
            {
                await flood.OpenAsync(OfEachKind, kind);
                await AssertAnsweredAsync(other, $"during {kind}");
            }
        }

        using var same = Flood.Client(server.Client.BaseAddress!, "127.0.0.1");
        await AssertAnsweredAsync(same, "after the flood");
        Assert.True(await server.MetricAsync("painless_connections_displaced_total") + await server.MetricAsync("painless_connections_refused_total") > OfEachKind);
        Assert.InRange(await server.MetricAsync("painless_connections"), 1, 700);
        Assert.DoesNotContain("fail:", server.Told(), StringComparison.Ordinal);
        server.Signal();
        Assert.Equal(0, await server.EndAsync());
    }

    private static async Task AssertAnsweredAsync(HttpClient client, string when)
    {
        using var response = await client.PostAsync("/v1/completions", new StringContent("""{"model":"base","prompt":"The","max_tokens":2}""", Encoding.UTF8, "application/json"));
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{when}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
