using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Server;

/// <summary>Requests that reached the template in a form that it was not written for, or were refused: now as the reference has them.</summary>
public sealed class MessageTests : IDisposable
{
    private const string Chat = "/v1/chat/completions";

    private readonly CausalLM _model = CausalLM.Load(Folder("chain"));
    private readonly Tokenizer _tokenizer = Tokenizer.Load(Folder("chain"));

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("parts", "content-parts-string", 20)]
    [InlineData("parts", "content-parts-parts", 20)]
    [InlineData("both", "content-both-string", 20)]
    [InlineData("both", "content-both-parts", 20)]
    [InlineData("concat", "content-concat-string", 17)]
    [InlineData("concat", "content-concat-parts", 17)]
    [InlineData("tools", "tools-arguments-object", 196)]
    [InlineData("tools", "tools-arguments-string", 196)]
    [InlineData("tools-items", "tools-items-arguments-object", 19)]
    [InlineData("tools-items", "tools-items-arguments-string", 19)]
    [InlineData("chain", "assistant-content-absent", 1)]
    [InlineData("chain", "assistant-content-null", 1)]
    [InlineData("chain", "assistant-content-audio", 1)]
    [InlineData("chain", "assistant-content-refusal", 1)]
    [InlineData("chain", "assistant-content-empty", 1)]
    [InlineData("chain", "assistant-content-empty-list", 1)]
    [InlineData("chain", "assistant-content-null-tool-calls-empty", 1)]
    public async Task TheTemplateReadsTheMessages(string template, string name, int promptTokens)
    {
        await using var server = await StartAsync(template);
        var answer = await server.AskAsync(Chat, Request(name));
        Assert.Equal(promptTokens, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task ACallWithoutContentReachesATemplateThatJoinsTexts()
    {
        await using var server = await StartAsync("concat");
        var call = new { id = "c1", type = "function", function = new { name = "f", arguments = "{}" } };
        var answer = await server.AskAsync(Chat, new { model = "base", max_tokens = 2, messages = new object[] { new { role = "user", content = "w" }, new { role = "assistant", content = (string?)null, tool_calls = new[] { call } } } });
        Assert.Equal("[user]w[assistant]x".Length, (int)answer["usage"]!["prompt_tokens"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PartsOfACharacterHaveTheirBytes(bool stream)
    {
        await using var server = await StartAsync("chain");
        var request = Request("logprobs-bytes");
        request["temperature"] = 0;
        JsonNode[] tokens = stream
            ? [.. (await server.StreamAsync(Chat, Streamed(request))).SelectMany(chunk => chunk["choices"]![0]!["logprobs"]?["content"]?.AsArray() ?? []).Select(token => token!)]
            : [.. (await server.AskAsync(Chat, request))["choices"]![0]!["logprobs"]!["content"]!.AsArray().Select(token => token!)];
        Assert.Equal([[240], [159], [152], [128], [33]], tokens.Select(Bytes));
        Assert.Equal("\U0001F600!", System.Text.Encoding.UTF8.GetString([.. tokens.SelectMany(Bytes).Select(value => (byte)value)]));
        Assert.Equal([240], Bytes(tokens[0]["top_logprobs"]![0]!));
        Assert.All(tokens.SelectMany(token => token["top_logprobs"]!.AsArray()), top => Assert.NotNull(top!["bytes"]));
    }

    [Theory]
    [InlineData("image_url")]
    [InlineData("input_audio")]
    [InlineData("file")]
    public async Task WhatAModelOfTextCannotReadIsRefusedByName(string type)
    {
        await using var server = await StartAsync("parts");
        using var response = await server.PostAsync(Chat, $$$"""{"model": "base", "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "{{{type}}}", "{{{type}}}": {"url": "x"}}]}]}""");
        Assert.Contains($"'{type}'", (string?)(await ErrorTests.AssertErrorAsync(response, 400, "messages[0].content[1]"))["message"], StringComparison.Ordinal);
    }

    private static int[] Bytes(JsonNode token) => [.. token["bytes"]!.AsArray().Select(value => (int)value!)];

    private static JsonObject Streamed(JsonObject request)
    {
        request["stream"] = true;
        return request;
    }

    private static JsonObject Request(string name)
    {
        using var file = Shared.Open("cases", "server", name + ".json");
        var request = JsonNode.Parse(file)!["request"]!.DeepClone().AsObject();
        (request["model"], request["max_tokens"]) = ("base", 8);
        if (request["content"] is { } content)
        {
            request.Remove("content");
            request["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = content });
        }

        return request;
    }

    private Task<RunningServer> StartAsync(string template) => RunningServer.StartAsync(options => options with { ModelFolder = Folder(template) }, _model, _tokenizer);

    private static string Folder(string name) => Shared.PathOf("cases", "chain-model", name);
}
