using System.Text.Json.Nodes;

namespace PainlessSteering.Tests.Keys;

/// <summary>A reader of JSON files from strangers.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Samples">Good files, which between them have every section that the reader knows.</param>
/// <param name="Read">Reads a text, and gives the keys that it met and does not use.</param>
/// <param name="OfData">Objects whose keys are data, such as the pieces of a vocabulary, by their paths: a key more is used.</param>
internal sealed record KeyReader(string Name, IReadOnlyList<string> Samples, Func<string, IReadOnlyList<string>> Read, params string[] OfData)
{
    /// <summary>The objects of a sample into which a key can be put, with their paths.</summary>
    public IReadOnlyList<(JsonObject Object, string Path)> Objects(JsonNode sample) => [.. Under(sample, "").Where(found => !OfData.Contains(found.Path))];

    private static IEnumerable<(JsonObject Object, string Path)> Under(JsonNode? node, string path) => node switch
    {
        JsonObject section => section.SelectMany(member => Under(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")).Prepend((section, path)),
        JsonArray list => list.SelectMany((item, i) => Under(item, FormattableString.Invariant($"{path}[{i}]"))),
        _ => [],
    };
}
