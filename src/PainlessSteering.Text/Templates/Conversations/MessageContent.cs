using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>What a message says: one text, or parts that are texts.</summary>
internal sealed class MessageContent
{
    /// <summary>Kinds of parts that are texts, with the key of the text: those of the API's chats and of its responses.</summary>
    private static readonly Dictionary<string, string> TextKeys = new() { ["text"] = "text", ["refusal"] = "refusal", ["input_text"] = "text", ["output_text"] = "text" };

    private readonly List<JsonObject>? _parts;

    private MessageContent(string text, List<JsonObject>? parts, IReadOnlyList<string> others) => (Text, _parts, OtherKeys) = (text, parts, others);

    /// <summary>All of it as one text; parts follow each other without anything between them.</summary>
    public string Text { get; }

    /// <summary>Whether it came as a list of parts.</summary>
    public bool IsParts => _parts is not null;

    /// <summary>Places of the keys of parts that are not the text, such as <c>content[0].cache_control</c>.</summary>
    public IReadOnlyList<string> OtherKeys { get; }

    /// <summary>A content that is one text.</summary>
    public static MessageContent Of(string text) => new(text, null, []);

    /// <summary>Reads the key <c>content</c> of a message.</summary>
    /// <param name="content">A text, or a list of parts.</param>
    /// <param name="place">Where it stands, for errors.</param>
    /// <exception cref="PasException">It is something else, or a part is no text.</exception>
    public static MessageContent Read(JsonNode content, string place)
    {
        if (content is not JsonArray list)
        {
            return Of(JsonText.Of(content) ?? throw new PasException("wrong kind of content", place, "a text or a list of parts", JsonText.Shown(content)));
        }

        var others = new List<string>();
        var parts = list.Select((part, i) => Part(part, FormattableString.Invariant($"{place}[{i}]"), others)).ToList();
        return new MessageContent(string.Concat(parts.Select(part => (string?)part["text"])), parts, others);
    }

    /// <summary>The same with more text behind it.</summary>
    public MessageContent And(string text) => new(Text + text, _parts is null ? null : [.. _parts, TextPart(text)], OtherKeys);

    /// <summary>Its parts as a template reads them, new ones for each call.</summary>
    public JsonArray Parts() => new([.. _parts is null ? [TextPart(Text)] : _parts.Select(part => part.DeepClone())]);

    /// <summary>All of it as one part.</summary>
    public JsonArray OnePart() => new(TextPart(Text));

    private static JsonObject TextPart(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Part(JsonNode? node, string place, List<string> others)
    {
        var part = node as JsonObject ?? throw new PasException("a part of the content is no object", place, "an object such as {\"type\": \"text\", \"text\": …}", JsonText.Shown(node));
        var type = JsonText.Of(part["type"]) ?? throw new PasException("a part of the content has no type", place, "type 'text'");
        if (!TextKeys.TryGetValue(type, out var key))
        {
            throw new PasException("a model of text cannot read this part of the content", place, "type 'text'", $"'{type}'", "leave it out, or say it in words") { Code = ErrorCodes.NotSupported };
        }

        var text = JsonText.Of(part[key]) ?? throw new PasException("a part of the content has no text", $"{place}.{key}", "a text", JsonText.Shown(part[key]));
        others.AddRange(part.Where(member => member.Key != "type" && member.Key != key && member.Value is not null).Select(member => $"{place}.{member.Key}"));
        return type == "text" ? part : TextPart(text);
    }
}
