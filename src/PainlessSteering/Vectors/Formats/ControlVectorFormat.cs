using System.Globalization;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files.Gguf;

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

    /// <param name="path">The target.</param>
    /// <param name="modelHint">Name of the model's architecture; llama.cpp only shows it.</param>
    /// <param name="directions">For each 0-based block, 1 or more, what is added to its output: [hidden size], with the strength.</param>
    public static void Write(string path, string modelHint, IReadOnlyList<(int Layer, float[] Values)> directions) => GgufWriter.Write(
        path,
        [("general.architecture", Architecture), ($"{Architecture}.model_hint", modelHint), ($"{Architecture}.layer_count", directions.Count)],
        [.. directions.Select(direction => (string.Create(CultureInfo.InvariantCulture, $"{Prefix}{direction.Layer}"), direction.Values))]);

    /// <summary>Reads what llama.cpp would accept, and refuses what it would refuse.</summary>
    public static ForeignFile Read(string path)
    {
        using var file = GgufFile.Open(path);
        if (file.Metadata.Text("general.architecture") is { } architecture and not Architecture)
        {
            throw new PasException("not a control vector", path, $"general.architecture '{Architecture}'", $"'{architecture}'", "a model's GGUF file holds no vector") { Code = ErrorCodes.FileDamaged };
        }

        return new ForeignFile(Name, [.. file.Tensors.Values.Select(tensor => Read(path, file, tensor))])
        {
            Site = SteeringSite.Residual,
            Strength = 1,
            TokenRule = TokenRule.All,
        };
    }

    private static Direction Read(string path, GgufFile file, GgufTensor tensor)
    {
        var where = $"{path}, tensor '{tensor.Name}'";
        if (!tensor.Name.StartsWith(Prefix, StringComparison.Ordinal)
            || !int.TryParse(tensor.Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var layer) || layer == 0)
        {
            throw new PasException("the tensor's name names no block", where, "direction.N with N from 1") { Code = ErrorCodes.FileDamaged };
        }

        return tensor is { Type.Name: "F32", Shape: [<= SteeringImport.LongestVector] }
            ? new Direction(tensor.Name, layer, file.ReadFloats(tensor))
            : throw new PasException("the tensor is no direction", where, "F32 with one dimension", $"type {tensor.TypeName} with sizes {string.Join(" x ", tensor.Shape)}") { Code = ErrorCodes.FileDamaged };
    }
}
