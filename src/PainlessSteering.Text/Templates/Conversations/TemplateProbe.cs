using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>
/// Finds out which form of a message a template wants, by rendering short conversations in each form and looking for their words. A form is
/// right where every word of the message stands in the prompt and nothing of how the message is stored does.
/// </summary>
/// <param name="template">The template.</param>
internal sealed class TemplateProbe(ChatTemplate template)
{
    /// <summary>A tool, without which some templates write no calls.</summary>
    private const string Tool = """{"type": "function", "function": {"name": "function7", "description": "", "parameters": {"type": "object", "properties": {}}}}""";

    private const string First = "first7", Second = "second7", Hidden = "hidden7", Value = "value7", CallId = "call00001";

    /// <summary>The forms of a content.</summary>
    /// <param name="conversation">Puts the content into a conversation; makes a new one for each call.</param>
    /// <returns>Null where the template refuses every form.</returns>
    public ContentForm? Content(Func<JsonNode, JsonArray> conversation)
    {
        var renders = false;
        bool Shows(JsonNode content) => Render(conversation(content)) is { } prompt
            && (renders = true)
            && prompt.IndexOf(First, StringComparison.Ordinal) is >= 0 and var at && prompt.IndexOf(Second, at, StringComparison.Ordinal) >= 0
            && !prompt.Contains(Hidden, StringComparison.Ordinal);

        var text = Shows(First + Second);
        var parts = Shows(new JsonArray(Part(First), Part(Second))) ? PartsForm.Every : Shows(new JsonArray(Part(First + Second))) ? PartsForm.First : PartsForm.None;
        return renders ? new ContentForm(text, parts) : null;
    }

    /// <summary>Whether a content that is null is written as one that is empty.</summary>
    /// <param name="conversation">Puts the content into a conversation; makes a new one for each call.</param>
    /// <param name="empty">An empty content.</param>
    public bool TakesNull(Func<JsonNode?, JsonArray> conversation, JsonNode empty) =>
        Render(conversation(null)) is { } prompt && Nulls(prompt) <= Nulls(Render(conversation(empty)));

    /// <summary>The form of calls: the first of those that fare best.</summary>
    /// <param name="empty">Makes an empty content.</param>
    public CallForm Calls(Func<JsonNode> empty)
    {
        var (best, form) = (-1, new CallForm(false, false));
        foreach (var tried in new CallForm[] { new(false, true), new(false, false), new(true, true), new(true, false) })
        {
            var fares = Math.Max(Fares(tried, empty, "tool"), Fares(tried, empty, null));
            (best, form) = fares > best ? (fares, tried) : (best, form);
            if (best == Best)
            {
                break;
            }
        }

        return form;
    }

    /// <summary>A conversation in which the assistant calls a tool.</summary>
    public static JsonArray Called(CallForm form, JsonNode empty, JsonObject? result = null)
    {
        JsonNode arguments = new JsonObject { ["key7"] = Value };
        var call = new JsonObject { ["id"] = CallId, ["type"] = "function", ["function"] = new JsonObject { ["name"] = "function7", ["arguments"] = form.ArgumentsAsText ? arguments.ToJsonString() : arguments } };
        var messages = new JsonArray(Message("user", "?"), new JsonObject { ["role"] = "assistant", ["content"] = form.NullContent ? null : empty, ["tool_calls"] = new JsonArray(call) });
        if (result is not null)
        {
            result["tool_call_id"] = CallId;
            messages.Add(result);
        }

        return messages;
    }

    /// <summary>A message.</summary>
    public static JsonObject Message(string role, JsonNode? content) => new() { ["role"] = role, ["content"] = content };

    /// <summary>Whether tools change what the template writes.</summary>
    /// <param name="messages">Makes a conversation.</param>
    public bool TakesTools(Func<JsonArray> messages) => Render(messages(), hasTools: true) is { } with && with != Render(messages(), hasTools: false);

    /// <summary>Renders a conversation, with a tool if the template allows; null where it refuses it or stops.</summary>
    private string? Render(JsonArray messages) => Render(messages, hasTools: true) ?? Render(messages, hasTools: false);

    private string? Render(JsonArray messages, bool hasTools)
    {
        try
        {
            return template.Render(new ChatTemplateInput(messages) { Tools = hasTools ? new JsonArray(JsonNode.Parse(Tool)) : null, Now = DateTime.UnixEpoch });
        }
        catch (PasException error) when (error.InnerException is not TemplateException { IsLimit: true })
        {
            return null;
        }
    }

    private const int Best = 3;

    private int Fares(CallForm form, Func<JsonNode> empty, string? resultRole)
    {
        JsonObject? Result() => resultRole is null ? null : Message(resultRole, "ok7");
        if (Render(Called(form, empty(), Result())) is not { } prompt)
        {
            return 0;
        }

        if (form.NullContent && Nulls(prompt) > Nulls(Render(Called(form with { NullContent = false }, empty(), Result()))))
        {
            return 1;
        }

        var isWritten = prompt.Contains(Value, StringComparison.Ordinal) && !prompt.Contains("{'key7'", StringComparison.Ordinal) && !prompt.Contains("\\\"key7", StringComparison.Ordinal);
        return isWritten ? Best : 2;
    }

    private static JsonObject Part(string text) => new() { ["type"] = "text", ["text"] = text, ["other"] = Hidden };

    /// <summary>How often a prompt holds what null is written as, in Python and in JSON.</summary>
    private static int Nulls(string? prompt) => prompt is null ? int.MaxValue : prompt.Split("None").Length + prompt.Split("null").Length;
}
