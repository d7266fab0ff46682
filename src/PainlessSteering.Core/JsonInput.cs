using System.Text.Json;

namespace PainlessSteering;

/// <summary>
/// Opens the JSON files that come with a model: the one place for how large and how deep they may be. A key that stands twice in an object is refused,
/// because programs differ in which of the two counts.
/// </summary>
internal static class JsonInput
{
    /// <summary>Levels of objects and lists in each other. Published files have up to ten.</summary>
    public const int MostDepth = 64;

    /// <summary>Bytes of a file. The largest published tokenizer.json has 34 million, the largest configuration one.</summary>
    public const long MostBytes = 64_000_000;

    /// <summary>Commas and opening brackets of a large file, each of which begins one value or two: they take more memory than their text. Published files have two million.</summary>
    private const int MostMarks = 8_000_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false }, Plain = new() { MaxDepth = MostDepth };

    /// <summary>Reads a file.</summary>
    /// <exception cref="PasException">It cannot be read, is not valid JSON, or passes a limit.</exception>
    public static JsonDocument Open(string path) => Parse(FileLimit.Read(path, MostBytes, "the JSON file"), path, Strict);

    /// <summary>Reads a stream to its end. Keys that stand twice are for the caller to see, who may have hundreds of thousands.</summary>
    /// <param name="stream">UTF-8 text.</param>
    /// <param name="place">Its name, for errors.</param>
    /// <exception cref="PasException">It is not valid JSON, or passes a limit.</exception>
    public static JsonDocument Read(Stream stream, string place) => Parse(FileLimit.Read(stream, place, MostBytes, "the JSON file"), place, Plain);

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string place, JsonDocumentOptions options)
    {
        var text = utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;
        if (text.Length > MostMarks && text.Span.Count((byte)',') + text.Span.Count((byte)'[') + text.Span.Count((byte)'{') > MostMarks)
        {
            throw new PasException("the JSON file has too many values", place, FormattableString.Invariant($"at most {MostMarks} commas and brackets")) { Code = ErrorCodes.FileDamaged };
        }

        try
        {
            return JsonDocument.Parse(text, options);
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", place, found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }
}
