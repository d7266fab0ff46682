using System.Text.Encodings.Web;
using System.Text.Json;

namespace PainlessSteering.Studies;

/// <summary>How a study's files are written: snake case, one line, the same bytes for the same content.</summary>
internal static class StudyJson
{
    /// <summary>Bytes of a plan or a result: far above what a study of a million items has.</summary>
    public const long Largest = 64 << 20;

    /// <summary>Bytes of a file about one cell that is no result.</summary>
    public const long Small = 1 << 20;

    private const string Remedy = "delete the file and run the study again";

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
    /// <param name="path">The file.</param>
    /// <param name="largest">Bytes that it may have.</param>
    /// <exception cref="PasException">It is not what <see cref="Write"/> wrote, too large, or cannot be read.</exception>
    public static T Read<T>(string path, long largest = Largest)
    {
        try
        {
            FileKind.EnsureRegular(path);
            using var file = File.OpenRead(path);
            if (file.Length > largest)
            {
                throw new PasException("is too large", path, FormattableString.Invariant($"at most {largest} bytes, as 'pas study run' writes"), FormattableString.Invariant($"{file.Length}"), Remedy) { Code = ErrorCodes.FileDamaged };
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            EnsureNoGaps(content);
            return JsonSerializer.Deserialize<T>(content, Options) ?? throw new JsonException("null");
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw Damaged(path, JsonTexts.Reason(e), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasException("cannot be read", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>The error of a file that is not what the program wrote.</summary>
    public static PasException Damaged(string path, string found, Exception? inner = null) =>
        new("cannot be read", path, "what 'pas study run' writes", found, Remedy, inner) { Code = ErrorCodes.FileDamaged };

    /// <summary>Refuses null in a list, which the serializer would let stand for an entry that must not be null.</summary>
    private static void EnsureNoGaps(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content);
        var lists = new Stack<bool>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    lists.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists.Pop();
                    break;
                case JsonTokenType.Null when lists.TryPeek(out var inList) && inList:
                    throw new JsonException($"a list has an entry that is null, at byte {reader.TokenStartIndex + 1}");
            }
        }
    }
}
