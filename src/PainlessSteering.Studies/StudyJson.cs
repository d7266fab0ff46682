using System.Text.Encodings.Web;
using System.Text.Json;

namespace PainlessSteering.Studies;

/// <summary>How a study's files are written: snake case, one line, the same bytes for the same content.</summary>
internal static class StudyJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes a document whole or not at all.</summary>
    public static void Write<T>(string path, T document) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(document, Options) + "\n");

    /// <summary>Reads a document.</summary>
    /// <exception cref="PasException">It is not what <see cref="Write"/> wrote.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            FileKind.EnsureRegular(path);
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(file, Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new PasException("cannot be read", path, "what 'pas study run' writes", JsonTexts.Reason(e), "delete the file and run the study again", e) { Code = ErrorCodes.FileDamaged };
        }
    }
}
