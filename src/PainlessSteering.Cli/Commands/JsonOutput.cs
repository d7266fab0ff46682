using System.Text.Encodings.Web;
using System.Text.Json;

namespace PainlessSteering.Cli.Commands;

/// <summary>The one JSON document that a verb prints under <c>--json</c>.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // For people and pipes, not for HTML.
    };

    /// <summary>A text as a JSON string, on one line.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, Options);

    public static void Write<T>(TextWriter writer, T document) => writer.WriteLine(JsonSerializer.Serialize(document, Options));
}
