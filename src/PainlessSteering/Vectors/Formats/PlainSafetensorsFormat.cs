using System.Globalization;
using System.Text.RegularExpressions;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Safetensors for other programs: a float32 tensor <c>layer.N</c> for each block, to be added as it is, and where, in <c>__metadata__</c>. Reading takes
/// any file of vectors; what it does not say must be given.
/// </summary>
internal static partial class PlainSafetensorsFormat
{
    public const string Name = "safetensors";

    /// <param name="path">The target.</param>
    /// <param name="vector">Says where the values are added.</param>
    /// <param name="directions">For each 0-based block what is added there: [hidden size], with the strength.</param>
    public static void Write(string path, SteeringVector vector, IReadOnlyList<(int Layer, float[] Values)> directions)
    {
        using var scope = NewDisposeScope();
        var metadata = new Dictionary<string, string>
        {
            ["layer"] = string.Join(",", directions.Select(direction => direction.Layer.ToString(CultureInfo.InvariantCulture))),
            ["site"] = vector.Edits[0].Site.Name,
            ["positions"] = vector.TokenRule == TokenRule.All ? "all" : "last",
            ["model"] = vector.Provenance?.Model ?? "unknown",
        };
        SafeTensorsWriter.Write(
            path, directions.ToDictionary(direction => string.Create(CultureInfo.InvariantCulture, $"layer.{direction.Layer}"), direction => tensor(direction.Values)), metadata);
    }

    public static ForeignFile Read(string path)
    {
        using var file = SafeTensors.Open(path);
        var only = file.Tensors.Count == 1 ? Number(file.Metadata.GetValueOrDefault("layer")) : null;
        return new ForeignFile(Name, [.. file.Tensors.Values.OrderBy(info => info.Offset).Select(info => new Direction(info.Name, LayerIn(info.Name) ?? only, Values(file, info)))])
        {
            Site = file.Metadata.TryGetValue("site", out var site) ? SteeringSite.Find(site) : null,
            Strength = file.Metadata.ContainsKey("strength") ? new MetadataReader(path, file.Metadata).Double("strength") : null,
            TokenRule = file.Metadata.GetValueOrDefault("positions") switch
            {
                "all" => TokenRule.All,
                "last" => TokenRule.Last,
                _ => null,
            },
        };
    }

    /// <summary>The number at the end of a name such as <c>layer.15</c>, <c>model.layers.15</c>, <c>direction.15</c> or <c>15</c>.</summary>
    public static int? LayerIn(string name) => Number(Numbered().Match(name).Groups[1].Value);

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static float[] Values(SafeTensors file, SafeTensorInfo info)
    {
        var where = $"{file.Path}, key {SafeTensorsHeader.Quote(info.Name)}";
        if (info.Type.Torch is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16) || info.Elements > SteeringImport.LongestVector)
        {
            throw new PasException("the tensor is no steering vector", where, "a vector of floating-point numbers", $"{info.Type.Name} with {info.Elements} elements") { Code = ErrorCodes.FileDamaged };
        }

        using var scope = NewDisposeScope();
        return [.. file.Load(info.Name).to(ScalarType.Float32).contiguous().data<float>()];
    }

    [GeneratedRegex(@"^(?:.*(?:layers?|direction|block|h)[._]?)?([0-9]{1,6})$", RegexOptions.IgnoreCase)]
    private static partial Regex Numbered();
}
