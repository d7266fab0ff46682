using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Server;

/// <summary>
/// Many clients at once for long: no wrong answer, no crash, every limit told with its status, and nothing left behind.
/// PAINLESS_SOAK says how many requests (200 if it is not set); docs/server.md tells of a run of 2,000.
/// </summary>
public class SoakTests(ITestOutputHelper output)
{
    private const int Clients = 32;

    private static readonly int Requests = int.Parse(Environment.GetEnvironmentVariable("PAINLESS_SOAK") ?? "200", CultureInfo.InvariantCulture);

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
        var perMinute = (10 * Requests / Clients) + 300; // No client reaches it but the hasty one below.
        await using var server = await ServerProcess.StartAsync(
            "--vectors", vectors.Path, "--max-running", "12", "--max-waiting", "12", "--requests-per-minute", $"{perMinute}", "--api-key-file", vectors.Write("keys.txt", "# one a line\n" + string.Join('\n', keys.Append("key-of-the-hasty").Append("key-of-the-watcher"))));
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "key-of-the-watcher");
        var questions = await QuestionsAsync(server.Client, keys);
        await RunAsync(server.Client, keys, questions, Clients * 2, seed: 1000); // Whatever is made once is made now.
        var before = await RestAsync(server);

        var clock = Stopwatch.StartNew();
        var clients = await RunAsync(server.Client, keys, questions, Requests, seed: 0);
        var seconds = clock.Elapsed.TotalSeconds;
        var after = await RestAsync(server);

        var seen = clients.SelectMany(client => client.Seen).GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(group => group.Key, group => group.Sum());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Requests} requests of {Clients} clients in {seconds:0.0} s: {string.Join(", ", seen.Select(pair => $"{pair.Value} {pair.Key}"))}; tensors {before.Tensors} -> {after.Tensors}, memory {before.Memory:0} -> {after.Memory:0} MB"));
        Assert.Empty(clients.SelectMany(client => client.Wrong));
        Assert.Empty(new[] { "answered", "left", "malformed", "too large", "no key" }.Except(seen.Keys));
        Assert.Equal(before.Tensors, after.Tensors);
        Assert.True(after.Memory < before.Memory + 150, $"memory grew from {before.Memory:0} to {after.Memory:0} MB");
        await TheHastyIsHeldBackAsync(server.Client, perMinute);
        Assert.DoesNotContain(server.Told().Split('\n'), line => line.StartsWith("fail:", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<(JsonObject Request, string Answer)>> QuestionsAsync(HttpClient http, List<string> keys)
    {
        string[] prompts = ["A lirp and a yelt talked at the", "I am sure rulks eat roots. Am I right?"];
        var questions = new List<(JsonObject, string)>();
        foreach (var (i, prompt) in Enumerable.Range(0, 16).SelectMany(i => prompts.Select(prompt => (i, prompt))))
        {
            var request = new JsonObject { ["model"] = $"base+r{i}@6", ["prompt"] = prompt, ["max_tokens"] = 48, ["temperature"] = 0 };
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent(request.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
            message.Headers.Authorization = new("Bearer", keys[i]);
            using var response = await http.SendAsync(message);
            questions.Add((request, SoakClient.Text(JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!)));
        }

        return questions;
    }

    private static async Task<IReadOnlyList<SoakClient>> RunAsync(
        HttpClient http, List<string> keys, IReadOnlyList<(JsonObject, string)> questions, int requests, int seed)
    {
        var clients = keys.Select((key, i) => new SoakClient(http, key, questions, seed + i)).ToList();
        await Task.WhenAll(clients.Select(client => client.RunAsync((requests + Clients - 1) / Clients)));
        return clients;
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
