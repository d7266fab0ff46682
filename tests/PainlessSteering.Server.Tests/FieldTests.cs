using System.Text.Json.Nodes;
using PainlessSteering.Server.Requests;

namespace PainlessSteering.Tests.Server;

/// <summary>Every field of a request is read, refused by name, left alone for a stated reason, or named in the answer's header.</summary>
[Collection(ServerCollection.Name)]
public class FieldTests(SharedServer shared)
{
    private const string Header = "Painless-Ignored";
    private const string Chat = "/v1/chat/completions";
    private const string Text = "/v1/completions";
    private static readonly string[] Letters = [.. "abcdefghijklmnopqrstuvwxyz_é🙂 ,%\n".EnumerateRunes().Select(rune => rune.ToString())];

    public static TheoryData<string, string> Places => new()
    {
        { Chat, "" }, { Chat, "messages.0" }, { Chat, "messages.0.content.0" }, { Chat, "stream_options" }, { Chat, "steering" }, { Chat, "steering.vectors.0" },
        { Text, "" }, { Text, "stream_options" }, { Text, "steering" }, { Text, "steering.vectors.0" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task ARandomKeyNeverVanishes(string path, string place)
    {
        var random = new Random(place.Length);
        for (var i = 0; i < 8; i++)
        {
            var key = string.Concat(Enumerable.Range(0, random.Next(6, 40)).Select(_ => Letters[random.Next(Letters.Length)]));
            var request = Request(path);
            var at = place.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode)request, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!).AsObject();
            at[key] = new[] { JsonValue.Create(false), JsonValue.Create(5), new JsonObject { ["a"] = 1 }, JsonNode.Parse("[[{}]]") }[random.Next(4)];
            using var response = await shared.Server.PostAsync(path, request.ToJsonString());
            var body = await response.Content.ReadAsStringAsync();
            var told = response.IsSuccessStatusCode
                ? response.Headers.TryGetValues(Header, out var values) ? Uri.UnescapeDataString(string.Join(',', values)) : ""
                : (string)JsonNode.Parse(body)!["error"]!["param"]!;
            Assert.True(told.Contains(key, StringComparison.Ordinal), $"{key} in {place} of {path}: {(int)response.StatusCode} {told} {body}");
        }
    }

    [Theory]
    [InlineData("\"temprature\":0", "temprature", "did you mean 'temperature'?")]
    [InlineData("\"max_token\":5", "max_token", "did you mean 'max_tokens'?")]
    [InlineData("\"min_tokens\":5", "min_tokens", "not supported")]
    [InlineData("\"ignore_eos\":true", "ignore_eos", "not supported")]
    [InlineData("\"guided_json\":{\"type\":\"object\"}", "guided_json", "ask for the form in a message")]
    [InlineData("\"repeat_penalty\":1.1", "repeat_penalty", "use 'repetition_penalty'")]
    [InlineData("\"reasoning_effort\":\"low\"", "reasoning_effort", "chat_template_kwargs")]
    [InlineData("\"max_completion_tokens\":5,\"max_tokens\":6", "max_tokens", "differ")]
    [InlineData("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"strenght\":2}]}", "steering.vectors[0].strenght", "no such field of the steering")]
    public async Task AFieldThatWouldChangeTheAnswerIsRefused(string field, string param, string message)
    {
        using var response = await shared.Server.PostAsync(Chat, $$"""{"model":"base","messages":[{"role":"user","content":"a"}],{{field}}}""");
        var error = await ErrorTests.AssertErrorAsync(response, 400);
        Assert.Equal(param, (string?)error["param"]);
        Assert.Contains(message, (string?)error["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatClientsAlwaysSendIsLeftAlone()
    {
        var request = Request(Chat);
        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("user", "u"), ("metadata", new JsonObject()), ("store", false), ("service_tier", "auto"), ("parallel_tool_calls", true), ("logit_bias", new JsonObject()), ("frequency_penalty", 0),
            ("min_tokens", 0), ("length_penalty", 1.0), ("skip_special_tokens", true), ("verbosity", "medium"), ("response_format", null), ("tools", new JsonArray()), ("max_completion_tokens", 1),
        })
        {
            request[name] = value;
        }

        using var response = await shared.Server.PostAsync(Chat, request.ToJsonString());
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains(Header));
        Assert.All(IgnoredFields.Reasons.Values, reason => Assert.NotEqual("", reason));
    }

    [Theory]
    [InlineData("/v1/models?limit=5&after=x")]
    [InlineData("/v1/steering/vectors?limit=5&after=x")]
    public async Task AQueryIsTold(string address)
    {
        using var response = await shared.Server.Client.GetAsync(address);
        Assert.Equal("?limit, ?after", string.Join(", ", response.Headers.GetValues(Header)));
    }

    [Fact]
    public async Task ManyKeysMakeAShortHeader()
    {
        var fields = string.Join(',', Enumerable.Range(0, 12_000).Select(i => $"\"key{i}{new string('z', i % 200)}\":{i}"));
        using var response = await shared.Server.PostAsync(Text, $$"""{"model":"base","prompt":"a","max_tokens":1,{{fields}}}""");
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        Assert.InRange(response.Headers.GetValues(Header).Single().Length, 100, 2_003);
    }

    private static JsonObject Request(string path)
    {
        var request = JsonNode.Parse("""{"model":"base","max_tokens":1,"stream":true,"stream_options":{"include_usage":true},"steering":{"vectors":[{"name":"r0"}]}}""")!.AsObject();
        request[path == Chat ? "messages" : "prompt"] = path == Chat ? JsonNode.Parse("""[{"role":"user","content":[{"type":"text","text":"Who?"}]}]""") : "Who?";
        return request;
    }
}
