using System.Text.Json;

namespace PainlessSteering;

/// <summary>Parsing leaves keys and texts that are not valid Unicode for who reads them later, with an exception of its own kind.</summary>
internal static class JsonTexts
{
    /// <summary>Whether an exception says so.</summary>
    public static bool IsFault(InvalidOperationException exception) => exception.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true;

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
