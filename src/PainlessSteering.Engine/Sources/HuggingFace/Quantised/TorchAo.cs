using System.Text.Json;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>torchao in safetensors: w = (q - zero point) scale with a code a byte, also for codes of fewer bits. The header of a file tells the kind of each of its weights.</summary>
internal sealed class TorchAo : QuantisedFormat
{
    private const string ZeroPoint = "zero_point";

    private const string Kinds = "Int8Tensor, IntxUnpackedToInt8Tensor", Start = "._weight_";

    public TorchAo(ConfigFile settings)
    {
        settings.Ignore("the headers of the files say it for each weight", "quant_type", "quant_type_kwargs");
        settings.Ignore(TensorsSay, "include_input_output_embeddings", "modules_to_not_convert", "untie_embedding_weights");
    }

    public override string Mark => "torchao";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        if (!parts.Part.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        var name = $"{parts.Module}.weight";
        var kind = Kind(codes, name);
        if (parts.Part != Start + "qdata")
        {
            return null;
        }

        var (block, hasZeros) = Data(kind, name);
        if (codes.Typed("I8").Shape is not [> 0, > 0 and <= int.MaxValue and var inputs] || block is not [1, > 0 and var group])
        {
            throw codes.WrongShape($"[out, in], in blocks of 1 x inputs; the header has blocks of {string.Join(" x ", block)}");
        }

        var scale = parts.Require($"{parts.Module}{Start}scale").Typed(StoredNumbers.Floats);
        return new ScaledWeight(name, codes.Shape, parts)
        {
            Codes = new ByteCodes(codes, (int)inputs, StoredNumbers.I8),
            Scales = TileSteps.Of(scale, codes.Shape, 1, group),
            Zeros = hasZeros ? TileSteps.Of(parts.Require($"{parts.Module}{Start}{ZeroPoint}").Typed("I8"), codes.Shape, 1, group) : null,
            Group = group,
        };
    }

    /// <summary>What the header says of a weight.</summary>
    private static ConfigFile Kind(StoredTensor codes, string name)
    {
        var place = $"{codes.Place}, what the header says of '{name}'";
        if (!codes.Metadata.TryGetValue(name, out var text))
        {
            throw new PasException("the header does not tell the kind of the weight", place, Kinds) { Code = ErrorCodes.FileDamaged };
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonTexts.ReadAll(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                var kind = ConfigFile.Of(document.RootElement.Clone(), place);
                OneOf(kind, "_type", Kinds.Split(", "));
                return kind;
            }
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("the header does not tell the kind of the weight", place, "JSON", JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }

        throw new PasException("the header does not tell the kind of the weight", place, "a JSON object") { Code = ErrorCodes.FileDamaged };
    }

    /// <summary>Rows and columns that share a scale, and whether they have a zero point. Every key that the kind has is accounted for.</summary>
    private static (IReadOnlyList<int> Block, bool HasZeros) Data(ConfigFile kind, string name)
    {
        var tensors = kind.Texts("_tensor_data_names") ?? throw kind.Missing("_tensor_data_names");
        var data = kind.Section("_data") ?? throw kind.Missing("_data");
        data.Ignore(Activations, "act_quant_kwargs", "activation_quantization");
        data.Ignore("a code is a whole byte", "target_dtype", "reduce_range");
        data.Ignore("the weight is widened", "dtype");
        var block = data.Ints("block_size");
        return kind.Unasked().FirstOrDefault(key => key.Reason is null && !key.SaysNothing) is { } other ? throw Refused(kind, other.Path, other.Text, $"none of this name for '{name}'") : (block, tensors.Contains(ZeroPoint));
    }
}
