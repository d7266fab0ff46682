using System.Text.Json;

namespace PainlessSteering;

/// <summary>Parsing leaves keys and texts that are not valid Unicode for who reads them later, with an exception of its own kind.</summary>
internal static class JsonTexts
{
    /// <summary>Whether an exception is of JSON that is broken, a text in it that is not valid Unicode, or a value that is of another kind than asked for.</summary>
    public static bool IsFault(Exception exception) =>
        exception is JsonException || (exception is InvalidOperationException or ArgumentException && exception.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true);

    /// <summary>What is wrong, with lines and bytes counted from 1. The exception's own message ends in <c>LineNumber</c> and <c>BytePositionInLine</c>, from 0.</summary>
    public static string Reason(Exception exception)
    {
        if (exception is not JsonException { LineNumber: { } line, BytePositionInLine: { } position })
        {
            return exception.Message;
        }

        var reason = exception.Message.Split([" Path: ", " LineNumber: "], StringSplitOptions.None)[0].TrimEnd('.');
        return FormattableString.Invariant($"line {line + 1}, byte {position + 1}: {reason}");
    }

    /// <summary>Reads every key and text, so that a fault shows now.</summary>
    /// <exception cref="InvalidOperationException">One is not valid Unicode.</exception>
    public static void ReadAll(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    ReadAll(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    ReadAll(member.Value);
                }

                break;
        }
    }
}
