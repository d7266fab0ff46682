using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Tests.Server.Connections;

namespace PainlessSteering.Tests.Server;

/// <summary>
/// Many clients at once for long, and floods beside them: no wrong answer, no crash, every limit told with its status, and nothing left behind.
/// PAINLESS_SOAK says how many requests (200 if it is not set), PAINLESS_SOAK_MINUTES how long at least; eng/soak runs it.
/// </summary>
public class SoakTests(ITestOutputHelper output)
{
    private const int Clients = 32;

    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("PAINLESS_SOAK") ?? "200", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable("PAINLESS_SOAK_MINUTES") ?? "0", CultureInfo.InvariantCulture));

    [Fact]
    public async Task ManyClientsGetRightAnswersAndNothingIsLeftBehind()
    {
        using var vectors = new TempFolder();
        using (var model = CausalLM.Load(DemoFolder.PathOf("model")))
        {
            DemoVectors.WriteRandom(vectors.Path, model, 16);
            DemoVectors.WriteHuge(vectors.File("huge.safetensors"), model);
        }

        var keys = Enumerable.Range(0, Clients).Select(i => $"key-of-client-{i}").ToList();
        var perMinute = (10 * Math.Min(Requests, 10_000) / Clients) + (Least > TimeSpan.Zero ? 6000 : 300); // No client reaches it but the hasty one below.
        await using var server = await ServerProcess.StartAsync(
            "--vectors", vectors.Path, "--max-running", "12", "--max-waiting", "12", "--requests-per-minute", $"{perMinute}", "--api-key-file", vectors.Write("keys.txt", "# one a line\n" + string.Join('\n', keys.Append("key-of-the-hasty").Append("key-of-the-watcher"))));
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "key-of-the-watcher");
        var questions = await QuestionsAsync(server.Client, keys);
        await RunAsync(server.Client, keys, questions, Clients * 2, TimeSpan.Zero, seed: 1000); // Whatever is made once is made now.
        var before = await RestAsync(server);

        var clock = Stopwatch.StartNew();
        using var end = new CancellationTokenSource();
        var (floods, memory) = (FloodAsync(server.Client.BaseAddress!, end.Token), WatchAsync(server, end.Token));
        var clients = await RunAsync(server.Client, keys, questions, Requests, Least, seed: 0);
        var seconds = clock.Elapsed.TotalSeconds;
        await end.CancelAsync();
        var flooded = await floods;
        var after = await RestAsync(server);

        double[] waits = [.. clients.SelectMany(client => client.Seconds).Order()];
        var quarters = (await memory).Chunk(Math.Max(1, ((await memory).Count + 3) / 4)).Select(quarter => quarter.Order().ElementAt(quarter.Length / 2)).ToArray();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"an answer in {waits[waits.Length / 2]:0.000} s, 99 of 100 in {waits[waits.Length * 99 / 100]:0.000} s; {flooded} connections of floods; memory by quarters, MB: {string.Join(", ", quarters.Select(quarter => $"{quarter:0}"))}"));
        var seen = clients.SelectMany(client => client.Seen).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(group => group.Key, group => group.Sum());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seen.Where(pair => pair.Key != "503").Sum(pair => pair.Value)} requests of {Clients} clients in {seconds:0.0} s: {string.Join(", ", seen.Select(pair => $"{pair.Value} {pair.Key}"))}; tensors {before.Tensors} -> {after.Tensors}, memory {before.Memory:0} -> {after.Memory:0} MB"));
        Assert.Empty(clients.SelectMany(client => client.Wrong));
        Assert.Empty(new[] { "answered", "left", "malformed", "too large", "no key" }.Except(seen.Keys));
        Assert.Equal(before.Tensors, after.Tensors);
        Assert.True(after.Memory < before.Memory + 150, $"memory grew from {before.Memory:0} to {after.Memory:0} MB");
        if (Least > TimeSpan.Zero)
        {
            Assert.True(quarters[^1] <= 1.1 * quarters[0], "the memory is not flat");
        }

        await TheHastyIsHeldBackAsync(server.Client, perMinute);
        Assert.DoesNotContain(server.Told().Split('\n'), line => line.StartsWith("fail:", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<(JsonObject Request, string Answer)>> QuestionsAsync(HttpClient http, List<string> keys)
    {
        string[] prompts = ["A lirp and a yelt talked at the", "I am sure rulks eat roots. Am I right?"];
        var questions = new List<(JsonObject, string)>();
        string[] models = [.. Enumerable.Range(0, 16).Select(i => $"base+r{i}@6"), "base+r0@3+r1@3+r2@3+r3@3", "base+r4@2+r5@-2+r6@2+r7@-2", "base"];
        foreach (var (i, prompt) in Enumerable.Range(0, models.Length).SelectMany(i => prompts.Select(prompt => (i, prompt))))
        {
            var request = new JsonObject { ["model"] = models[i], ["prompt"] = prompt, ["max_tokens"] = 48, ["temperature"] = 0 };
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(request.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
            message.Headers.Authorization = new("Bearer", keys[i]);
            using var response = await http.SendAsync(message);
            questions.Add((request, SoakClient.Text(JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!)));
        }

        return questions;
    }

    private static async Task<IReadOnlyList<SoakClient>> RunAsync(
        HttpClient http, List<string> keys, IReadOnlyList<(JsonObject, string)> questions, int requests, TimeSpan least, int seed)
    {
        var clients = keys.Select((key, i) => new SoakClient(http, key, questions, seed + i)).ToList();
        await Task.WhenAll(clients.Select(client => client.RunAsync((requests + Clients - 1) / Clients, least)));
        return clients;
    }

    /// <summary>Floods of every kind from another address, more than it may have, until the end.</summary>
    /// <returns>How many connections.</returns>
    private static async Task<int> FloodAsync(Uri server, CancellationToken end)
    {
        var opened = 0;
        for (var round = 0; !end.IsCancellationRequested && OperatingSystem.IsLinux(); round++)
        {
            var count = Least > TimeSpan.Zero ? 700 : 30;
            using var flood = new Flood(server, Flood.Other);
            await flood.OpenAsync(count, Flood.Kinds[round % Flood.Kinds.Count]);
            opened += count;
            await Task.Delay(Least > TimeSpan.Zero ? 3000 : 200, CancellationToken.None);
        }

        return opened;
    }

    /// <summary>The memory in use every second, without the first tenth, in which the memory of the first requests is made.</summary>
    private static async Task<IReadOnlyList<double>> WatchAsync(ServerProcess server, CancellationToken end)
    {
        var readings = new List<double> { server.Memory };
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(1000, CancellationToken.None);
            readings.Add(server.Memory);
        }

        return readings[(readings.Count / 10)..];
    }

    /// <summary>Tensors and memory once nothing runs any more: a few readings in a row agree.</summary>
    private static async Task<(double Tensors, double Memory)> RestAsync(ServerProcess server)
    {
        var readings = new List<(double Answers, double Tensors)>();
        for (var tries = 0; readings.Count < 4 || readings[^1].Answers > 0 || readings[^4..].Distinct().Count() > 1; tries++)
        {
            Assert.True(tries < 100, $"the server does not come to rest: {string.Join(' ', readings)}");
            await Task.Delay(350); // The exporter gives the same answer for 300 ms.
            readings.Add((await server.MetricAsync("painless_answers_running") + await server.MetricAsync("painless_answers_waiting"), await server.MetricAsync("painless_tensors")));
        }

        return (readings[^1].Tensors, server.Memory);
    }

    private static async Task TheHastyIsHeldBackAsync(HttpClient http, int perMinute)
    {
        var statuses = new List<int>();
        while (statuses.LastOrDefault() != 429 && statuses.Count < 3 * perMinute)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
            message.Headers.Authorization = new("Bearer", "key-of-the-hasty");
            using var response = await http.SendAsync(message);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([400, 429], statuses.Distinct());
        Assert.True(statuses.Count > perMinute);
    }
}
