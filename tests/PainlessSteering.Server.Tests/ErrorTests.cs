using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Server;

/// <summary>What is wrong with a request is told with the API's error object and the right status.</summary>
[Collection(ServerCollection.Name)]
public class ErrorTests(SharedServer shared)
{
    private const string Chat = "/v1/chat/completions";
    private const string Text = "/v1/completions";

    public static TheoryData<string, string, int, string?, string?> BadRequests => new()
    {
        // Not JSON, or not an object.
        { Chat, "", 400, null, "invalid_json" },
        { Chat, "{", 400, null, "invalid_json" },
        { Chat, "[1]", 400, null, null },
        { Chat, "\"text\"", 400, null, null },
        { Chat, "{\"model\":\"base\",\"model\":\"base\"}", 400, null, "invalid_json" },
        { Chat, new string('[', 10_000), 400, null, "invalid_json" },
        { Chat, "{\"a\":" + new string('[', 100) + new string(']', 100) + "}", 400, null, "invalid_json" },
        { Chat, "{} {}", 400, null, "invalid_json" },
        // Missing and wrong fields.
        { Chat, "{}", 400, "model", null },
        { Chat, "{\"model\":null}", 400, "model", null },
        { Chat, "{\"model\":3,\"messages\":[]}", 400, "model", null },
        { Chat, "{\"model\":\"base\"}", 400, "messages", null },
        { Chat, "{\"model\":\"base\",\"messages\":\"hi\"}", 400, "messages", null },
        { Chat, "{\"model\":\"base\",\"messages\":[]}", 400, "messages", null },
        { Chat, "{\"model\":\"base\",\"messages\":[3]}", 400, "messages[0]", null },
        { Chat, "{\"model\":\"base\",\"messages\":[{\"role\":\"user\"}]}", 400, "messages[0].content", null },
        { Chat, "{\"model\":\"base\",\"messages\":[{\"content\":\"a\"}]}", 400, "messages[0].role", null },
        { Chat, "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":{}}]}", 400, "messages[0].content", null },
        { Chat, "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]}", 400, "messages[0].content[0]", null },
        { Chat, "{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}", 400, "messages[0].content", null },
        { Chat, "{\"model\":\"base\",\"\\ud800\":1,\"\\ud801\":1,\"messages\":[]}", 400, null, "invalid_json" },
        { Chat, Message("\"max_tokens\":0"), 400, "max_tokens", null },
        { Chat, Message("\"max_tokens\":1.5"), 400, "max_tokens", null },
        { Chat, Message("\"max_tokens\":\"8\""), 400, "max_tokens", null },
        { Chat, Message("\"temperature\":-1"), 400, "temperature", null },
        { Chat, Message("\"temperature\":1e999"), 400, "temperature", null },
        { Chat, Message("\"top_p\":2"), 400, "top_p", null },
        { Chat, Message("\"n\":0"), 400, "n", null },
        { Chat, Message("\"n\":1000"), 400, "n", null },
        { Chat, Message("\"seed\":1.5"), 400, "seed", null },
        { Chat, Message("\"stop\":[\"\"]"), 400, "stop", null },
        { Chat, Message("\"stop\":5"), 400, "stop", null },
        { Chat, Message("\"chat_template_kwargs\":[]"), 400, "chat_template_kwargs", null },
        { Chat, Message("\"chat_template_kwargs\":{\"messages\":[]}"), 400, "chat_template_kwargs", null },
        { Chat, Message("\"stream\":\"yes\""), 400, "stream", null },
        { Chat, Message("\"stream_options\":{\"include_usage\":true}"), 400, "stream_options", null },
        { Chat, Message("\"top_logprobs\":3"), 400, "top_logprobs", null },
        { Chat, Message("\"logprobs\":true,\"top_logprobs\":21"), 400, "top_logprobs", null },
        // What would change the answer if it were left out.
        { Chat, Message("\"response_format\":{\"type\":\"json_object\"}"), 400, "response_format", "unsupported_parameter" },
        { Chat, Message("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"), 400, "tools", "unsupported_parameter" },
        { Chat, Message("\"tool_choice\":\"required\""), 400, "tool_choice", "unsupported_parameter" },
        { Chat, Message("\"functions\":[]"), 400, "functions", "unsupported_parameter" },
        { Chat, Message("\"logit_bias\":{\"5\":-100}"), 400, "logit_bias", "unsupported_parameter" },
        { Chat, Message("\"presence_penalty\":1"), 400, "presence_penalty", "unsupported_parameter" },
        { Chat, Message("\"modalities\":[\"audio\"]"), 400, "modalities", "unsupported_parameter" },
        // Models and vectors.
        { Chat, Message("", "gpt-4o"), 404, "model", "model_not_found" },
        { Chat, Message("", "base+nobody"), 404, "model", "model_not_found" },
        { Chat, Message("", "base+broken"), 404, "model", "model_not_found" },
        { Chat, Message("\"steering\":\"on\""), 400, "steering", null },
        { Chat, Message("\"steering\":{\"vectors\":[{}]}"), 400, "steering.vectors[0].name", null },
        { Chat, Message("\"steering\":{\"vectors\":[{\"name\":\"nobody\"}]}"), 400, "steering.vectors[0].name", "vector_not_found" },
        { Chat, Message("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"strength\":\"2\"}]}"), 400, "steering.vectors[0].strength", null },
        { Chat, Message("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"layer\":4}]}"), 400, "steering.vectors[0].layer", null },
        { Chat, Message("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"site\":\"heart\"}]}"), 400, "steering.vectors[0].site", null },
        { Chat, Message("\"steering\":{\"vectors\":[{\"name\":\"r0\",\"positions\":\"first\"}]}"), 400, "steering.vectors[0].positions", null },
        // Too long.
        { Chat, Message("\"max_tokens\":512"), 400, "messages", "context_length_exceeded" },
        { Text, $"{{\"model\":\"base\",\"prompt\":\"{string.Concat(Enumerable.Repeat("The lirp met a yelt. ", 200))}\"}}", 400, "prompt", "context_length_exceeded" },
        // Completions.
        { Text, "{\"model\":\"base\"}", 400, "prompt", null },
        { Text, "{\"model\":\"base\",\"prompt\":\"\"}", 400, "prompt", null },
        { Text, "{\"model\":\"base\",\"prompt\":[]}", 400, "prompt", null },
        { Text, "{\"model\":\"base\",\"prompt\":[\"a\",\"\"]}", 400, "prompt[1]", null },
        { Text, "{\"model\":\"base\",\"prompt\":[5,-1]}", 400, "prompt[1]", null },
        { Text, "{\"model\":\"base\",\"prompt\":[5,100000]}", 400, "prompt", null },
        { Text, "{\"model\":\"base\",\"prompt\":\"a\",\"best_of\":3}", 400, "best_of", "unsupported_parameter" },
        { Text, "{\"model\":\"base\",\"prompt\":\"a\",\"suffix\":\"b\"}", 400, "suffix", "unsupported_parameter" },
        { Text, "{\"model\":\"base\",\"prompt\":\"a\",\"echo\":true,\"logprobs\":1}", 400, "echo", "unsupported_parameter" },
        { Text, "{\"model\":\"base\",\"prompt\":[\"a\",\"b\",\"c\"],\"n\":20}", 400, "n", null },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task ABadRequestIsToldSo(string path, string body, int status, string? param, string? code)
    {
        using var response = await shared.Server.PostAsync(path, body);
        await AssertErrorAsync(response, status, param, code);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("GET", "/v1/chat/completions", 405)]
    [InlineData("DELETE", "/v1/models", 405)]
    [InlineData("GET", "/v1/models/gpt-4o", 404)]
    [InlineData("GET", "/v1/models/base+broken", 404)]
    [InlineData("GET", "/v1/steering/vectors/nobody", 404)]
    public async Task AnUnknownRouteHasAnErrorObjectToo(string method, string path, int status)
    {
        using var response = await shared.Server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        var error = await AssertErrorAsync(response, status);
        Assert.NotEqual("", (string?)error["message"]);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task AFormOfAForeignPageIsRefused(string type)
    {
        using var response = await shared.Server.PostAsync(Chat, Message(""), type);
        await AssertErrorAsync(response, 415, null, "unsupported_media_type");
    }

    [Fact]
    public async Task AMisspelledVectorIsGuessed()
    {
        using var response = await shared.Server.PostAsync(Chat, Message("", "base+honset"));
        Assert.Contains("did you mean 'honest'?", (string?)(await AssertErrorAsync(response, 404))["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AStrengthThatBreaksTheModelIsTheCallersError(bool stream)
    {
        using var response = await shared.Server.PostAsync(Chat, Message($"\"stream\":{(stream ? "true" : "false")}", "base+huge"));
        Assert.Contains("strength", (string?)(await AssertErrorAsync(response, 400))["message"], StringComparison.Ordinal);
    }

    /// <summary>Requires an error object as the OpenAI API has it.</summary>
    internal static async Task<JsonNode> AssertErrorAsync(HttpResponseMessage response, int status, string? param = null, string? code = null)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var error = JsonNode.Parse(text)!["error"]!.AsObject();
        Assert.Equal(["message", "type", "param", "code"], error.Select(field => field.Key));
        if (param is not null || code is not null)
        {
            Assert.Equal((param, code), ((string?)error["param"], (string?)error["code"]));
        }

        Assert.DoesNotContain("PainlessSteering", text, StringComparison.Ordinal); // No type of the program, no stack.
        return error;
    }

    private static string Message(string fields, string model = "base") =>
        $"{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"Who was rude?\"}}]{(fields.Length > 0 ? "," + fields : "")}}}";
}
