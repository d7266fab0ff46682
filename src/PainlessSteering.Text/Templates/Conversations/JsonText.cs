using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Templates.Conversations;

/// <summary>Texts inside JSON nodes.</summary>
internal static class JsonText
{
    private const int LongestShown = 40;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a node; null where it is none.</summary>
    public static string? Of(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The JSON of a node, for a model to read: letters of every script as they are.</summary>
    public static string Written(JsonNode node) => node.ToJsonString(Plain);

    /// <summary>A node as errors show it.</summary>
    public static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "nothing";
        return text.Length <= LongestShown ? text : text[..LongestShown] + "…";
    }
}
