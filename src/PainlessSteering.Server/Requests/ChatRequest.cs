using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Server.Requests;

/// <summary>The body of <c>/v1/chat/completions</c>.</summary>
/// <param name="Common">What all requests have.</param>
/// <param name="Messages">As they came.</param>
/// <param name="Tools">As the template reads them; null for none.</param>
/// <param name="Variables">More variables of the chat template, such as <c>enable_thinking</c>.</param>
/// <param name="MaxTokens">Most tokens of an answer; null where the request does not say.</param>
/// <param name="LogProbabilities">How many likeliest tokens to tell with each token; null for no log-probabilities at all.</param>
internal sealed record ChatRequest(CommonRequest Common, JsonArray Messages, JsonArray? Tools, IReadOnlyDictionary<string, JsonNode?> Variables, int? MaxTokens, int? LogProbabilities)
{
    private const int MostMessages = 10_000;
    private const int MostTools = 1_000;

    /// <summary>Variables that the request has fields of its own for.</summary>
    private static readonly string[] Reserved = ["messages", "tools", "add_generation_prompt"];

    public static ChatRequest Read(RequestField root)
    {
        RefuseUnsupported(root);
        var top = root["top_logprobs"].Number(0, 20);
        var logprobs = root["logprobs"].Flag();
        if (top is not null && !logprobs)
        {
            throw ApiException.Invalid("'top_logprobs' is allowed only where 'logprobs' is true", "top_logprobs");
        }

        return new ChatRequest(
            CommonRequest.Read(root),
            ReadMessages(root.Required("messages")),
            root["tools"] is { Exists: true } tools && tools.Items(MostTools) is { Count: > 0 } items ? new JsonArray([.. items.Select(tool => tool.ToNode())]) : null,
            ReadVariables(root["chat_template_kwargs"]),
            MostTokens(root["max_completion_tokens"].Number(1, int.MaxValue), root["max_tokens"].Number(1, int.MaxValue)),
            logprobs ? top ?? 0 : null);
    }

    /// <summary>As other servers name the field.</summary>
    private static Dictionary<string, JsonNode?> ReadVariables(RequestField field)
    {
        var given = field.Exists ? field.ToNode() as JsonObject ?? throw field.Error("expected an object") : [];
        return Reserved.FirstOrDefault(given.ContainsKey) is { } name
            ? throw field.Error($"'{name}' cannot be set here")
            : given.ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    private static JsonArray ReadMessages(RequestField field)
    {
        var messages = field.Items(MostMessages);
        return messages.Count > 0 ? new JsonArray([.. messages.Select(message => message.ToNode())]) : throw field.Error("there is no message");
    }

    /// <summary>The API's new name of the limit, and its first.</summary>
    private static int? MostTokens(int? newName, int? firstName) => newName is null || firstName is null || newName == firstName
        ? newName ?? firstName
        : throw ApiException.Invalid("'max_tokens' and 'max_completion_tokens' differ; leave one of them out", "max_tokens");

    private static void RefuseUnsupported(RequestField root)
    {
        if (root["response_format"] is { Exists: true } format && format.Required("type").Text() != "text")
        {
            throw ApiException.Unsupported("response_format", "ask for the format in a message");
        }

        if (root["tool_choice"] is { Exists: true } choice && (choice.Kind != JsonValueKind.String || choice.Text() is not ("auto" or "none")))
        {
            throw ApiException.Unsupported("tool_choice", "an answer cannot be forced to call a tool");
        }

        if (root["modalities"] is { Exists: true } modalities && modalities.Items(10).Any(modality => modality.Text() != "text"))
        {
            throw ApiException.Unsupported("modalities", "answers are text");
        }

        RefusedField.Refuse(root, RefusedField.OfChats);
        foreach (var field in new[] { "functions", "function_call" })
        {
            if (root[field].Exists)
            {
                throw ApiException.Unsupported(field, "use 'tools'");
            }
        }
    }
}
