using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>The calls of tools that an assistant's message tells of.</summary>
internal static class PastCalls
{
    private const int Most = 1_000;

    /// <summary>The calls of a message in the form that the template wants; null for none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="place">Where it stands, for errors.</param>
    /// <exception cref="PasException">They are no calls of functions.</exception>
    public static JsonArray? Read(JsonObject message, string place)
    {
        if (message["tool_calls"] is not { } given)
        {
            return null;
        }

        var calls = given as JsonArray ?? throw new PasException("wrong kind of value", $"{place}.tool_calls", "a list of calls", JsonText.Shown(given));
        if (calls.Count > Most)
        {
            throw new PasException("too many calls", $"{place}.tool_calls", FormattableString.Invariant($"at most {Most}"), FormattableString.Invariant($"{calls.Count}"));
        }

        return calls.Count == 0 ? null : new JsonArray([.. calls.Select((call, i) => Call(call, FormattableString.Invariant($"{place}.tool_calls[{i}]")))]);
    }

    /// <summary>A call of a function in the API's first form, as one of its present form.</summary>
    /// <param name="call">Name and arguments.</param>
    /// <param name="id">Its id, which the first form did not have.</param>
    public static JsonObject Of(JsonNode call, string id) => new() { ["id"] = id, ["type"] = "function", ["function"] = call.DeepClone() };

    /// <summary>Puts the arguments of calls into the form that the template wants.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="form">The template's form.</param>
    public static void Shape(JsonArray calls, CallForm form)
    {
        foreach (var function in calls.Select(call => call!["function"]).OfType<JsonObject>())
        {
            function["arguments"] = form.ArgumentsAsText ? Text(function["arguments"]) : Mapping(function["arguments"]);
        }
    }

    private static JsonNode Call(JsonNode? node, string place)
    {
        var call = node as JsonObject ?? throw new PasException("a call is no object", place, "an object with 'function'", JsonText.Shown(node));
        if (call["type"] is { } type && JsonText.Of(type) != "function")
        {
            throw new PasException("this kind of call cannot be read", $"{place}.type", "'function'", JsonText.Shown(type)) { Code = ErrorCodes.NotSupported };
        }

        // Templates of Hugging Face also know calls whose name and arguments stand in the call itself.
        if ((call["function"] ?? call) is not JsonObject function || JsonText.Of(function["name"]) is null)
        {
            throw new PasException("a call has no name", $"{place}.function.name", "the function's name");
        }

        return call.DeepClone();
    }

    /// <summary>
    /// The mapping of a text that is a JSON object, or of none. What else a model wrote, text that is no JSON or not an object, stays as it is: it
    /// cannot be a mapping, and the template decides.
    /// </summary>
    private static JsonNode Mapping(JsonNode? arguments)
    {
        var text = JsonText.Of(arguments);
        if (arguments is null || text is "")
        {
            return new JsonObject();
        }

        try
        {
            if (text is not null && JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject mapping)
            {
                JsonTexts.ReadAll(JsonSerializer.SerializeToElement(mapping));
                return mapping;
            }
        }
        catch (Exception error) when (JsonTexts.IsFault(error))
        {
        }

        return arguments.DeepClone();
    }

    private static JsonNode Text(JsonNode? arguments) => arguments is null ? "{}" : JsonText.Of(arguments) is { } text ? text : JsonText.Written(arguments);
}
