using PainlessSteering.Server.Errors;
using PainlessSteering.Text;

namespace PainlessSteering.Server.Requests;

/// <summary>
/// What becomes of the fields that nothing reads: those that clients send and that cannot change an answer are left alone, each for the
/// reason here; of all others the caller is told, and a name that is almost one that is read is a mistake.
/// </summary>
internal static class IgnoredFields
{
    /// <summary>Fields that are left alone without a word, and why they may be.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["user"] = "tells who asks, for the provider's watch over abuse",
        ["safety_identifier"] = "tells who asks, for the provider's watch over abuse",
        ["metadata"] = "labels of stored answers; none is stored",
        ["store"] = "asks to store the answer for later; none is stored",
        ["service_tier"] = "chooses among the provider's prices",
        ["prompt_cache_key"] = "helps a provider to find a cache",
        ["prompt_cache_retention"] = "how long a provider keeps a cache",
        ["cache_prompt"] = "asks to keep a cache",
        ["prediction"] = "a guess at the answer, which makes it faster and not other",
        ["parallel_tool_calls"] = "how calls are parsed; none is, and the model writes what it writes",
        ["request_id"] = "a name for logs",
        ["priority"] = "the order of waiting requests",
        ["keep_alive"] = "how long a model stays in memory; this one stays",
        ["stream_options.include_obfuscation"] = "hides lengths of pieces from who listens on the way",
    };

    /// <summary>Accounts for what was not read.</summary>
    /// <param name="root">The request.</param>
    /// <param name="ledger">What was read of it.</param>
    /// <returns>The ways to the fields that the caller is to be told of.</returns>
    /// <exception cref="ApiException">A field must not be there, or is misspelt.</exception>
    public static IReadOnlyList<string> Account(JsonPart root, FieldLedger ledger)
    {
        var told = new List<string>();
        foreach (var field in ledger.Unread(root).Where(field => field.Exists)) // Null is absent, as everywhere in the API.
        {
            var path = field.Path;
            if (path.StartsWith("steering", StringComparison.Ordinal) && path != "steering")
            {
                throw ApiException.Invalid($"there is no such field of the steering: '{Shown(path)}'", Shown(path), "unknown_parameter");
            }

            if (!Reasons.ContainsKey(path))
            {
                EnsureNotMisspelt(field, ledger);
                if (told.Count < MostTold)
                {
                    told.Add(Shown(path));
                }
            }
        }

        return told;
    }

    private const int MostTold = 20;
    private const int LongestName = 64;

    private static void EnsureNotMisspelt(JsonPart field, FieldLedger ledger)
    {
        if (field.Path.Length <= LongestName && Suggestion.Nearest(field.Path, ledger.TopNames) is { } near && near.Length > 3)
        {
            throw ApiException.Invalid($"there is no field '{field.Path}'; did you mean '{near}'?", field.Path, "unknown_parameter");
        }
    }

    private static string Shown(string path) => path.Length <= LongestName ? path : path[..LongestName] + "...";
}
