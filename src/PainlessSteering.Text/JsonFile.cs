using System.Text.Json;

namespace PainlessSteering.Text;

/// <summary>A JSON file that is being read: its name, and which of its keys turned out not to matter.</summary>
/// <param name="name">Its name, for errors.</param>
internal sealed class JsonFile(string name)
{
    public string Name => name;

    /// <summary>Keys that are not used, and why.</summary>
    public List<UnusedKey> Unused { get; } = [];

    /// <summary>Hands the root of a file's JSON to a reader.</summary>
    /// <exception cref="PasException">It cannot be read, is not valid JSON, or passes a limit.</exception>
    public static T Read<T>(string file, Func<JsonPart, T> read) => Read(JsonInput.Open(file), file, read);

    /// <param name="json">UTF-8 text.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="read">Takes what it needs from the root, which lives only as long as the call.</param>
    public static T Read<T>(Stream json, string file, Func<JsonPart, T> read) => Read(JsonInput.Read(json, file), file, read);

    private static T Read<T>(JsonDocument opened, string file, Func<JsonPart, T> read)
    {
        using var document = opened;
        try
        {
            return read(new JsonPart(document.RootElement, new JsonFile(file)));
        }
        catch (InvalidOperationException exception) when (JsonTexts.IsFault(exception))
        {
            throw new PasException("a key or a text is not valid Unicode", file, inner: exception) { Code = ErrorCodes.FileDamaged };
        }
    }
}

/// <summary>A key that a reader met and does not use.</summary>
/// <param name="Place">File and key.</param>
/// <param name="Reason">Why it does not matter.</param>
/// <param name="IsStrange">Whether nobody knows the key, so that who wrote it may miss it.</param>
internal sealed record UnusedKey(string Place, string Reason, bool IsStrange = false);
