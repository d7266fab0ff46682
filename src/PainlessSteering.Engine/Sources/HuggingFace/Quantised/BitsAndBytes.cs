using System.Text.Json;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// bitsandbytes. 4 bits: w = map[q] largest, where blocks of a tensor's numbers, one after another whatever its rows, share the largest; that may be stored in 8 bits
/// itself. 8 bits: w = (q largest) / 127, where the numbers of an output share the largest.
/// </summary>
internal sealed class BitsAndBytes : QuantisedFormat
{
    private const string State = ".quant_state.bitsandbytes__";

    public BitsAndBytes(ConfigFile settings)
    {
        OneOf(settings, "bnb_4bit_quant_storage", "uint8");
        NotSet(settings, "llm_int8_has_fp16_weight");
        settings.Ignore(TensorsSay, "load_in_4bit", "load_in_8bit", "_load_in_4bit", "_load_in_8bit", "llm_int8_skip_modules", "bnb_4bit_quant_type", "bnb_4bit_use_double_quant");
        settings.Ignore("the model is computed in the type that the user chooses", "bnb_4bit_compute_dtype", "llm_int8_threshold");
        settings.Ignore(Speed, "llm_int8_enable_fp32_cpu_offload");
    }

    public override string Mark => "bitsandbytes";

    public override CodedWeight? Weight(WeightParts parts)
    {
        var codes = parts.Codes;
        if (codes.Type == "I8" && parts.Part == ".weight" && codes.Shape is [_, > 0 and <= int.MaxValue])
        {
            return EightBit(parts);
        }

        return codes.Type == "U8" && (parts.Find(codes.Name + State + "nf4") ?? parts.Find(codes.Name + State + "fp4")) is { } state ? FourBit(parts, state) : null;
    }

    private static ScaledWeight EightBit(WeightParts parts)
    {
        var codes = parts.Codes;
        if (parts.Find($"{parts.Module}.weight_format") is { } format && format.Read(sizeof(long)).Any(number => number != 0))
        {
            throw new PasException("the weight's rows do not lie one after another", format.Place, "0", string.Join(" ", format.Read(sizeof(long))), "save the model again with a newer bitsandbytes") { Code = ErrorCodes.NotSupported };
        }

        return new ScaledWeight(codes.Name, codes.Shape, parts)
        {
            Codes = new ByteCodes(codes, (int)codes.Shape[1], StoredNumbers.I8),
            Scales = TileSteps.Of(parts.Require($"{parts.Module}.SCB").Typed("F32"), codes.Shape, 1, codes.Shape[1]),
            Group = (int)codes.Shape[1],
            Factor = 1 / 127f,
        };
    }

    private static BitsAndBytesBlocks FourBit(WeightParts parts, StoredTensor state)
    {
        const int MostBytes = 1 << 16;
        var settings = Parse(state, state.Read(MostBytes));
        OneOf(settings, "quant_type", "nf4", "fp4");
        settings.Ignore("the weight is widened", "dtype", "nested_dtype");
        var shape = settings.Ints("shape").Select(size => (long)size).ToArray();
        if (shape.Length < 2 || shape.Any(size => size < 1))
        {
            throw Refused(settings, "shape", string.Join(", ", shape), "rows and columns");
        }

        string Beside(string part) => $"{parts.Codes.Name}.{part}";
        var isNested = settings.Has("nested_offset") || settings.Has("nested_blocksize");
        var blocks = new BitsAndBytesBlocks(parts.Codes.Name, shape, parts)
        {
            Block = settings.Int("blocksize"),
            Map = parts.Require(Beside("quant_map")).Typed("F32").Shaped(16),
            Largest = parts.Require(Beside("absmax")).Typed(isNested ? "U8" : "F32"),
            Nested = !isNested ? null : new(
                parts.Require(Beside("nested_quant_map")).Typed("F32").Shaped(256), parts.Require(Beside("nested_absmax")).Typed("F32"), settings.Int("nested_blocksize"), (float)settings.Signed("nested_offset")),
        };
        return settings.Unasked().FirstOrDefault(key => key.Reason is null && !key.SaysNothing) is { } other ? throw Refused(settings, other.Path, other.Text, "none of this name") : blocks.Checked();
    }

    private static ConfigFile Parse(StoredTensor state, byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonTexts.ReadAll(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object ? ConfigFile.Of(document.RootElement.Clone(), state.Place)
                : throw new PasException("the tensor does not say how the weight is quantised", state.Place, "a JSON object") { Code = ErrorCodes.FileDamaged };
        }
        catch (Exception e) when (JsonTexts.IsFault(e))
        {
            throw new PasException("the tensor does not say how the weight is quantised", state.Place, "JSON", JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }
}
