using System.Buffers;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Writes a GGUF file once more with its weights in another type. All else stays: what an adapter does not change is never taken apart and put together again.</summary>
internal static class GgufRequantisation
{
    private const string FileType = "general.file_type", Version = "general.quantization_version", Alignment = "general.alignment", Split = "split.";

    /// <param name="model">The model.</param>
    /// <param name="adapted">Its weights with an adapter; null for its own.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="options">How.</param>
    public static ConversionResult Run(GgufModel model, AdaptedCheckpoint? adapted, string path, ConversionOptions options)
    {
        var (file, config) = (model.File, model.Config);
        if (file.Sources.Any(source => Path.GetFullPath(source.Path) == Path.GetFullPath(path)))
        {
            throw new PasException("the file would be written over itself", path, remedy: "give another name") { Code = ErrorCodes.FileAccess };
        }

        _ = model.Weights; // It refuses tensors that the architecture does not have.
        var changed = adapted is null ? config : StoredConfig.Apply(config, adapted);
        var types = new GgufTypes(options.Type, !changed.TiedEmbeddings, (int)(file.Metadata.Integer($"{file.Metadata.Text("general.architecture")}.expert_count") ?? 0));
        var entries = file.Metadata.Entries
            .Where(entry => entry.Key is not (FileType or Version or Alignment) && !entry.Key.StartsWith(Split, StringComparison.Ordinal))
            .Concat(GgufConversion.Kind(types)).ToArray();
        var made = adapted is null ? new Dictionary<string, GgufWrittenTensor>() : Made(model, adapted, changed, types);
        GgufWrittenTensor[] tensors =
        [
            .. file.Tensors.Values.Where(tensor => !made.ContainsKey(tensor.Name)).Select(tensor => Kept(file, tensor, types)),
            .. made.Values,
        ];
        return ConversionWriter.Write(path, entries, tensors, [], options);
    }

    /// <summary>Tensors with a weight that the adapter changes or adds.</summary>
    private static Dictionary<string, GgufWrittenTensor> Made(GgufModel model, AdaptedCheckpoint adapted, ModelConfig config, GgufTypes types)
    {
        var weights = new FamilyWeights(adapted, config);
        return model.Names.Tensors(weights.Names, config.Layers)
            .Where(tensor => tensor.Weights.Any(weight => adapted.Changes(weight.Name)))
            .ToDictionary(tensor => tensor.Tensor, tensor => GgufConversion.Tensor(tensor.Tensor, tensor.Weights, weights, types), StringComparer.Ordinal);
    }

    private static GgufWrittenTensor Kept(GgufFiles file, GgufTensor tensor, GgufTypes types)
    {
        var own = tensor.Type ?? throw GgufRefusedTypes.Refuse(tensor, file.PlaceOf(tensor));
        var isFloat = own is BlockType or PlainType { Name: "F32" or "F16" or "BF16" or "F64" };
        var type = isFloat ? types.Of(tensor.Name, tensor.Shape) ?? (own is BlockType ? GgufTensorType.Of("F32") : own) : own;
        return new GgufWrittenTensor(tensor.Name, tensor.Shape, type, stream =>
        {
            if (type == own)
            {
                Copy(file, tensor, stream);
                return;
            }

            var loaded = new LoadedWeight(file.Load(tensor), own is PlainType && file.IsMapped(tensor));
            GgufEncoder.Write(loaded.Tensor, type, file.PlaceOf(tensor), stream);
            loaded.Drop();
        });
    }

    private static void Copy(GgufFiles file, GgufTensor tensor, Stream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        for (var from = 0L; from < tensor.Length; from += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Length - from));
            file.ReadBytes(tensor, from, part);
            stream.Write(part);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
