using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates;

/// <summary>What a chat template makes a prompt of.</summary>
/// <param name="Messages">The conversation: objects with <c>role</c>, <c>content</c> and whatever else the template knows.</param>
public sealed record ChatTemplateInput(JsonArray Messages)
{
    /// <summary>The input of a conversation of plain messages.</summary>
    public static ChatTemplateInput Of(IEnumerable<TemplateMessage> messages) =>
        new(new JsonArray([.. messages.Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]));

    /// <summary>Tools that the model may call, as JSON schemas; null hands the template None.</summary>
    public JsonNode? Tools { get; init; }

    /// <summary>Documents to answer from; null hands the template None.</summary>
    public JsonNode? Documents { get; init; }

    /// <summary>Whether the prompt ends where the assistant's answer begins; null leaves the variable undefined.</summary>
    public bool? AddGenerationPrompt { get; init; } = true;

    /// <summary>More variables, such as <c>enable_thinking</c>; they win over the tokenizer's special tokens.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>What <c>strftime_now</c> sees; null takes the clock's local time.</summary>
    public DateTime? Now { get; init; }
}
