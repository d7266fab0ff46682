using System.Globalization;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Safetensors for other programs: a float32 tensor <c>layer.N</c> for each block, to be added as it is, and where, in <c>__metadata__</c>. Reading takes
/// any file of vectors; what it does not say must be given.
/// </summary>
internal static class PlainSafetensorsFormat
{
    public const string Name = "safetensors";

    private const string Layers = "layer";

    /// <param name="path">The target.</param>
    /// <param name="vector">Says where the values are added.</param>
    /// <param name="directions">For each 0-based block what is added there: [hidden size], with the strength.</param>
    public static void Write(string path, SteeringVector vector, IReadOnlyList<(int Layer, float[] Values)> directions)
    {
        using var scope = NewDisposeScope();
        var metadata = new Dictionary<string, string>
        {
            [Layers] = string.Join(",", directions.Select(direction => direction.Layer.ToString(CultureInfo.InvariantCulture))),
            ["site"] = vector.Edits[0].Site.Name,
            ["positions"] = vector.TokenRule == TokenRule.All ? "all" : "last",
            ["model"] = vector.Provenance?.Model ?? "unknown",
        };
        SafeTensorsWriter.Write(
            path, directions.ToDictionary(direction => string.Create(CultureInfo.InvariantCulture, $"layer.{direction.Layer}"), direction => tensor(direction.Values)), metadata);
    }

    public static ForeignFile Read(string path)
    {
        var file = SafeTensors.Open(path);
        try
        {
            if (file.Metadata.GetValueOrDefault("format") == SafetensorsFormat.Format)
            {
                throw new PasException("the file is a steering vector of this program already", path, "a file of another program", remedy: "use it as it is") { Code = ErrorCodes.BadInput };
            }

            var unused = new List<UnusedPart>();
            var scope = Scope(path, file, unused);
            return new ForeignFile(file) { Format = Name, Directions = [.. file.Tensors.Values.OrderBy(info => info.Offset).Select(info => Direction(file, info, scope))], Unused = unused };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Accounts for every key of the metadata.</summary>
    private static VectorScope Scope(string path, SafeTensors file, List<UnusedPart> unused)
    {
        var scope = new VectorScope();
        foreach (var (key, value) in file.Metadata)
        {
            var where = $"{path}, key {SafeTensorsHeader.Quote(key)}";
            if (key == Layers && value.Contains(',', StringComparison.Ordinal))
            {
                EnsureLayers(file, value, where); // One for each tensor, as this class writes them.
            }
            else if (VectorKeys.Settings.TryGetValue(key, out var setting))
            {
                scope = scope.With(setting, value, where);
            }
            else if (VectorKeys.WhyIrrelevant(key) is { } reason)
            {
                unused.Add(new UnusedPart(where, reason));
            }
            else
            {
                throw VectorKeys.Unknown(where, key);
            }
        }

        return scope;
    }

    private static void EnsureLayers(SafeTensors file, string value, string where)
    {
        var named = file.Tensors.Keys.Select(name => PlaceName.Parse(name)?.Layer?.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal);
        if (!value.Split(',').Order(StringComparer.Ordinal).SequenceEqual(named))
        {
            throw new PasException("the blocks that the key names are not those of the tensors", where, found: SafeTensorsHeader.Quote(value)) { Code = ErrorCodes.FileDamaged };
        }
    }

    private static Direction Direction(SafeTensors file, SafeTensorInfo info, VectorScope scope)
    {
        var where = $"{file.Path}, key {SafeTensorsHeader.Quote(info.Name)}";
        if (info.Type.Torch is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16) || info.Elements > SteeringImport.LongestVector)
        {
            throw new PasException("the tensor is no steering vector", where, "a vector of floating-point numbers", $"{info.Type.Name} with {info.Elements} elements") { Code = ErrorCodes.FileDamaged };
        }

        // A name such as vectors.15 or steering_vector.layer_15.mlp: dots part words that say nothing more from a place.
        var rest = info.Name;
        while (rest.Split('.', 2) is [var word, var inner] && VectorKeys.Vectors.Contains(word))
        {
            rest = inner;
        }

        var own = PlaceName.Parse(rest) is { } place ? scope.At(place, where) : VectorKeys.Vectors.Contains(rest) ? scope : throw VectorKeys.Unknown(file.Path, info.Name);
        return own.Direction(info.Name, info.Elements, () => Values(file, info), null, where);
    }

    private static float[] Values(SafeTensors file, SafeTensorInfo info)
    {
        using var scope = NewDisposeScope();
        return [.. file.Load(info.Name).to(ScalarType.Float32).contiguous().data<float>()];
    }
}
