using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using PainlessSteering.Text.Templates.Conversations;

namespace PainlessSteering.Chat;

/// <summary>Messages and tools of Microsoft.Extensions.AI as the OpenAI API writes them, which is what <see cref="Text.Templates.ChatPrompt"/> reads.</summary>
internal static class MessageJson
{
    /// <summary>A message; one with results of several calls is several.</summary>
    /// <exception cref="PasException">It holds something that a model of text cannot read.</exception>
    public static IEnumerable<JsonNode> Of(ChatMessage message)
    {
        List<FunctionResultContent> results = [.. message.Contents.OfType<FunctionResultContent>()];
        foreach (var result in results)
        {
            yield return new JsonObject { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = Text(result.Result) };
        }

        if (results.Count < message.Contents.Count || results.Count == 0)
        {
            yield return WithoutResults(message);
        }
    }

    /// <summary>A tool; only functions can be told to a model.</summary>
    /// <exception cref="PasException">It is no function.</exception>
    public static JsonNode Of(AITool tool)
    {
        var function = tool as AIFunctionDeclaration ?? throw new PasException("this kind of tool cannot be told to the model", "Tools", "a function", tool.GetType().Name) { Code = ErrorCodes.NotSupported };
        return new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = function.Name, ["description"] = function.Description, ["parameters"] = JsonSerializer.SerializeToNode(function.JsonSchema) },
        };
    }

    private static JsonObject WithoutResults(ChatMessage message)
    {
        var (texts, calls, thoughts) = (new JsonArray(), new JsonArray(), "");
        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case TextContent text:
                    texts.Add(new JsonObject { ["type"] = "text", ["text"] = text.Text });
                    break;
                case TextReasoningContent thought:
                    thoughts += thought.Text;
                    break;
                case FunctionCallContent call:
                    calls.Add(Call(call));
                    break;
                case FunctionResultContent or UsageContent: // Results are messages of their own; usage is no part of what was said.
                    break;
                default:
                    throw new PasException("a message is not text", "messages", "text, calls of functions and their results", content.GetType().Name) { Code = ErrorCodes.NotSupported };
            }
        }

        var json = new JsonObject { ["role"] = message.Role.Value, ["content"] = texts.Count == 1 ? message.Text : texts.Count == 0 && calls.Count > 0 ? null : texts };
        Add(json, "name", message.AuthorName is { } name ? JsonValue.Create(name) : null);
        Add(json, "reasoning_content", thoughts.Length > 0 ? JsonValue.Create(thoughts) : null); // As templates of models that think call it.
        Add(json, "tool_calls", calls.Count > 0 ? calls : null);
        return json;
    }

    private static void Add(JsonObject json, string key, JsonNode? value)
    {
        if (value is not null)
        {
            json[key] = value;
        }
    }

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonSerializer.SerializeToNode(call.Arguments, AIJsonUtilities.DefaultOptions) },
    };

    /// <summary>A result as text: itself, or its JSON.</summary>
    private static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } element => element.GetString()!,
        _ => JsonSerializer.SerializeToNode(result, AIJsonUtilities.DefaultOptions) is { } node ? JsonText.Written(node) : "",
    };
}
