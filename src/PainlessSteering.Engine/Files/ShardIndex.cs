using System.Text.Json;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Files;

/// <summary><c>model.safetensors.index.json</c>, which says in which shard each tensor lies.</summary>
/// <param name="Path">The file.</param>
/// <param name="Shards">Tensor name to file name; the names are plain, so that no index leads out of the model's folder.</param>
/// <param name="Unused">Keys that are not used, and why.</param>
internal sealed record ShardIndex(string Path, IReadOnlyDictionary<string, string> Shards, IReadOnlyList<UnusedPart> Unused)
{
    private const string Map = "weight_map", Metadata = "metadata";

    /// <summary>The index of a folder; null where its weights are one file, or it has none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">What the names of its weight files begin with.</param>
    public static ShardIndex? Find(string folder, string name = SafeTensorsCheckpoint.OfHuggingFace)
    {
        var single = System.IO.Path.Combine(folder, $"{name}.safetensors");
        return File.Exists($"{single}.index.json") && !File.Exists(single) ? Read($"{single}.index.json") : null;
    }

    /// <exception cref="PasException">The file is damaged, or names a shard outside the folder.</exception>
    public static ShardIndex Read(string path)
    {
        try
        {
            using var document = JsonInput.Open(path);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty(Map, out var map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new PasException("not an index of shards", path, "an object 'weight_map' of tensor and file names") { Code = ErrorCodes.FileDamaged };
            }

            var shards = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in map.EnumerateObject())
            {
                var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                shards.Add(entry.Name, IsPlainName(shard)
                    ? shard
                    : throw new PasException("the shard is not a file of the model's folder", $"{path}, key {SafeTensorsHeader.Quote(entry.Name)}", "a plain name that ends in .safetensors", SafeTensorsHeader.Quote(entry.Value.GetRawText())) { Code = ErrorCodes.FileDamaged });
            }

            var unused = document.RootElement.EnumerateObject().Select(entry => entry.Name).Where(name => name != Map)
                .Select(name => new UnusedPart($"{path}, key '{name}'", name == Metadata ? "describes the files" : "not a key of an index") { IsStrange = name != Metadata });
            return shards.Count > 0 ? new ShardIndex(path, shards, [.. unused]) : throw new PasException("the index names no tensors", path) { Code = ErrorCodes.FileDamaged };
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", path, found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    // The separators of every system are refused on every system, and so are drive letters and control characters.
    private static bool IsPlainName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal)
        && !name.StartsWith('.')
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));
}
