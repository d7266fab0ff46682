using System.Text.Encodings.Web;
using System.Text.Json;

namespace PainlessSteering.Demo;

/// <summary>How the demo's JSON is written: readable, with line feeds, and with text left as it is.</summary>
internal static class JsonFiles
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object a line.</summary>
    public static JsonSerializerOptions Line { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
