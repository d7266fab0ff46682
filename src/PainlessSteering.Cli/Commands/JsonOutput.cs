using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Sources;

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

    private static readonly JsonSerializerOptions OneLine = new(Options) { WriteIndented = false };

    /// <summary>Whether the verb can print JSON and is asked to.</summary>
    public static bool IsAsked(ParseResult parsed) => parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == "--json") is { } json && parsed.GetValue(json);

    /// <summary>A text, or a value with a name, as a JSON string on one line.</summary>
    public static string Quote<T>(T value) => Serialized(value, Options);

    /// <summary>The document as a tree, to add to it.</summary>
    public static JsonObject Tree<T>(T document) => JsonSerializer.SerializeToNode(document, Options)!.AsObject();

    public static void Write<T>(TextWriter writer, T document) => writer.WriteLine(Serialized(document, Options));

    /// <summary>The document of a verb that loaded a model, with what of the model is not used although nobody here knows that it does not matter.</summary>
    public static void Write<T>(TextWriter writer, T document, IModelSource model)
    {
        var tree = Tree(document);
        tree["model_unused"] = Unused(model.Unused.Where(part => part.IsStrange));
        Write(writer, tree);
    }

    /// <summary>Parts of a model that are not used, and why.</summary>
    public static JsonNode Unused(IEnumerable<UnusedPart> parts) => JsonSerializer.SerializeToNode(parts.Select(part => new { part.Name, part.Reason }), Options)!;

    /// <summary>A value, to add to a tree.</summary>
    public static JsonNode Node<T>(T value) => JsonSerializer.SerializeToNode(value, Options)!;

    /// <summary>The document in one line, which stands out among the other lines of standard error.</summary>
    public static void WriteLine<T>(TextWriter writer, T document) => writer.WriteLine(Serialized(document, OneLine));

    private static string Serialized<T>(T document, JsonSerializerOptions options) => TerminalText.SafeJson(JsonSerializer.Serialize(document, options));
}
