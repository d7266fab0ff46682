using System.Text.Json;

namespace PainlessSteering.Text;

/// <summary>Opens JSON so that every complaint about it names the file.</summary>
internal static class JsonFile
{
    /// <summary>Hands the root of a file's JSON to a reader.</summary>
    public static T Read<T>(string file, Func<JsonPart, T> read)
    {
        FileKind.EnsureRegular(file);
        using var stream = File.OpenRead(file);
        return Read(stream, file, read);
    }

    /// <param name="json">UTF-8 text.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="read">Takes what it needs from the root, which lives only as long as the call.</param>
    public static T Read<T>(Stream json, string file, Func<JsonPart, T> read)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new PasException("not a JSON file", file, found: JsonTexts.Reason(exception), inner: exception) { Code = ErrorCodes.FileDamaged };
        }

        using (document)
        {
            try
            {
                return read(new JsonPart(document.RootElement, file));
            }
            catch (InvalidOperationException exception) when (JsonTexts.IsFault(exception))
            {
                throw new PasException("a key or a text is not valid Unicode", file, inner: exception) { Code = ErrorCodes.FileDamaged };
            }
        }
    }
}
