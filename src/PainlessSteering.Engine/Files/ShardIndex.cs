using System.Text.Json;

namespace PainlessSteering.Engine.Files;

/// <summary>Reads <c>model.safetensors.index.json</c>, which says in which shard each tensor lies.</summary>
internal static class ShardIndex
{
    /// <summary>Tensor name to file name; the names are plain, so that no index leads out of the model's folder.</summary>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var shards = new Dictionary<string, string>(StringComparer.Ordinal);
        FileKind.EnsureRegular(path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new PasException("not an index of shards", path, "an object 'weight_map' of tensor and file names") { Code = ErrorCodes.FileDamaged };
            }

            foreach (var entry in map.EnumerateObject())
            {
                var shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                shards.Add(entry.Name, IsPlainName(shard)
                    ? shard
                    : throw new PasException("the shard is not a file of the model's folder", $"{path}, key {SafeTensorsHeader.Quote(entry.Name)}", "a plain name that ends in .safetensors", SafeTensorsHeader.Quote(entry.Value.GetRawText())) { Code = ErrorCodes.FileDamaged });
            }
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("not valid JSON", path, found: JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasException("cannot read the file", path, found: e.Message, inner: e) { Code = ErrorCodes.FileAccess };
        }

        return shards.Count > 0 ? shards : throw new PasException("the index names no tensors", path) { Code = ErrorCodes.FileDamaged };
    }

    // The separators of every system are refused on every system, and so are drive letters and control characters.
    private static bool IsPlainName(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal)
        && !name.StartsWith('.')
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));
}
