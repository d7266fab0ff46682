using System.Globalization;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// llama.cpp's control vectors: a GGUF file with a float32 tensor <c>direction.N</c> for each steered block, added to the output of the
/// 0-based block N at every token. Block 0 cannot be steered; the file has no strength, llama.cpp's user gives one.
/// </summary>
internal static class ControlVectorFormat
{
    public const string Name = "gguf";
    private const string Architecture = "controlvector";
    private const string Prefix = "direction.";

    /// <summary>Keys of the format that describe any file.</summary>
    private static readonly string[] General =
    [
        "name", "basename", "description", "author", "organization", "version", "finetune", "size_label", "license", "url", "doi", "uuid", "repo_url", "source", "base_model", "dataset", "tags", "languages", "quantized_by",
        "file_type", "quantization_version",
    ];

    /// <param name="path">The target.</param>
    /// <param name="modelHint">Name of the model's architecture; llama.cpp only shows it.</param>
    /// <param name="directions">For each 0-based block, 1 or more, what is added to its output: [hidden size], with the strength.</param>
    public static void Write(string path, string modelHint, IReadOnlyList<(int Layer, float[] Values)> directions) => GgufWriter.Write(
        path,
        [("general.architecture", Architecture), ($"{Architecture}.model_hint", modelHint), ($"{Architecture}.layer_count", directions.Count)],
        [.. directions.Select(direction => (string.Create(CultureInfo.InvariantCulture, $"{Prefix}{direction.Layer}"), direction.Values))]);

    /// <summary>Reads what llama.cpp would accept, and refuses what it would refuse. A key that says something else about the vectors counts.</summary>
    public static ForeignFile Read(string path)
    {
        var file = GgufFile.Open(path);
        try
        {
            if (file.Metadata.Text("general.architecture") is { } architecture and not Architecture)
            {
                throw new PasException("not a control vector", path, $"general.architecture '{Architecture}'", SafeTensorsHeader.Quote(architecture), "a model's GGUF file holds no vector") { Code = ErrorCodes.FileDamaged };
            }

            var unused = new List<UnusedPart>();
            var scope = Scope(file.Metadata, unused);
            return new ForeignFile(file) { Format = Name, Directions = [.. file.Tensors.Values.Select(tensor => Direction(path, file, tensor, scope))], Unused = unused };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Accounts for every key.</summary>
    private static VectorScope Scope(GgufMetadata keys, List<UnusedPart> unused)
    {
        var scope = VectorScope.OfControlVectors;
        foreach (var key in keys.Unasked)
        {
            var own = key.StartsWith(Architecture + ".", StringComparison.Ordinal) ? key[(Architecture.Length + 1)..] : null;
            if (own is not null && VectorKeys.Settings.TryGetValue(own, out var setting))
            {
                scope = scope.With(setting, keys.Value(key), keys.Place(key));
            }
            else if ((own is null ? WhyGeneralIsIrrelevant(key) : VectorKeys.WhyIrrelevant(own)) is { } reason)
            {
                unused.Add(new UnusedPart(keys.Place(key), reason));
            }
            else
            {
                throw VectorKeys.Unknown(keys.Place(key), key);
            }
        }

        return scope;
    }

    private static string? WhyGeneralIsIrrelevant(string key) =>
        General.Any(part => key == "general." + part || key.StartsWith($"general.{part}.", StringComparison.Ordinal)) ? "describes the file" : null;

    private static Direction Direction(string path, GgufFile file, GgufTensor tensor, VectorScope scope)
    {
        var where = $"{path}, tensor {SafeTensorsHeader.Quote(tensor.Name)}";
        if (!tensor.Name.StartsWith(Prefix, StringComparison.Ordinal)
            || !int.TryParse(tensor.Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) || layer == 0)
        {
            throw new PasException("the tensor's name names no block", where, "direction.N with N from 1") { Code = ErrorCodes.FileDamaged };
        }

        return tensor is { Type.Name: "F32", Shape: [<= SteeringImport.LongestVector] }
            ? scope.At(new PlaceName(layer, null), where).Direction(tensor.Name, tensor.Elements, () => file.ReadFloats(tensor), null, where)
            : throw new PasException("the tensor is no direction", where, "F32 with one dimension", $"type {tensor.TypeName} with sizes {string.Join(" x ", tensor.Shape)}") { Code = ErrorCodes.FileDamaged };
    }
}
