using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// GPTQ with 2, 3, 4 or 8 bits: w = scale (q - zero point). Inputs lie down the words of a column, the zero points of all outputs along the words of
/// a row. The format's first version stores one less than the zero point. Where columns were put in order by size, each input names its group.
/// </summary>
internal sealed class Gptq : QuantisedFormat
{
    private const string FirstVersion = "gptq", SecondVersion = "gptq_v2";

    private static readonly int[] Bits = [2, 3, 4, 8];

    private readonly int _bits, _added; // What is added to a stored zero point.
    private readonly int? _group;
    private readonly bool _ordered, _varies;

    public Gptq(ConfigFile settings)
        : this(
            settings.Int("bits"),
            GroupSize(settings),
            ordered: settings.Flag("desc_act"),
            varies: settings.HasContent("dynamic"),
            isFirstVersion: OneOf(settings, "checkpoint_format", FirstVersion, SecondVersion).Equals(FirstVersion, StringComparison.OrdinalIgnoreCase))
    {
        NotSet(settings, "is_marlin_format");
        OneOf(settings, "pack_dtype", "int32");
        if (!Bits.Contains(_bits))
        {
            throw Refused(settings, "bits", FormattableString.Invariant($"{_bits}"), string.Join(", ", Bits));
        }

        settings.Ignore(TensorsSay, "dynamic", "lm_head", "modules_in_block_to_quantize", "block_name_to_quantize", "module_name_preceding_first_block");
        settings.Ignore(
            Quantising, "sym", "damp_percent", "damp_auto_increment", "static_groups", "true_sequential", "dataset", "tokenizer", "batch_size", "pad_token_id", "model_seqlen", "cache_block_outputs", "meta", "mse", "act_group_aware", "hyb_act",
            "model_name_or_path", "model_file_base_name", "quantizer");
        settings.Ignore(Speed, "use_exllama", "exllama_config", "max_input_length", "use_cuda_fp16", "backend", "disable_exllama", "modules_to_fuse");
    }

    /// <param name="bits">Of a code.</param>
    /// <param name="group">Inputs that share a scale; null where all do.</param>
    /// <param name="ordered">Whether groups may be of inputs that are not consecutive.</param>
    /// <param name="varies">Whether some modules have other bits or groups.</param>
    /// <param name="isFirstVersion">Whether one less than the zero point is stored.</param>
    public Gptq(int bits, int? group, bool ordered, bool varies, bool isFirstVersion) =>
        (_bits, _group, _ordered, _varies, _added) = (bits, group, ordered, varies, isFirstVersion ? 1 : 0);

    public override string Mark => FormattableString.Invariant($"gptq ({_bits} bits; {(_group is { } group ? $"groups of {group}" : "one group")}; zero points + {_added})");

    public override CodedWeight? Weight(WeightParts parts)
    {
        if (parts.Part != ".qweight")
        {
            return null;
        }

        var codes = parts.Codes.Typed("I32").Matrix();
        string Beside(string part) => $"{parts.Module}.{part}";
        var scales = parts.Require(Beside("scales")).Typed(StoredNumbers.Floats);
        var zeros = parts.Require(Beside("qzeros")).Typed("I32");
        var order = _ordered ? parts.Require(Beside("g_idx")) : parts.Find(Beside("g_idx"));
        if (codes.Shape is not [> 0 and var words, > 0 and <= int.MaxValue and var outputs] || scales.Shape is not [> 0 and <= int.MaxValue and var groups, var columns] || columns != outputs)
        {
            throw scales.WrongShape($"[groups, {codes.Shape[^1]}]");
        }

        var bits = BitsOf(zeros, outputs);
        zeros.Shaped(groups, outputs * bits / 32);
        var inputs = words * 32 / bits;
        if (words * 32 % bits != 0 || inputs > int.MaxValue)
        {
            throw codes.WrongShape($"inputs of {bits} bits in whole words");
        }

        return new ScaledWeight(Beside("weight"), [outputs, inputs], parts)
        {
            Codes = new GptqCodes(codes, (int)inputs, (int)outputs, bits),
            Scales = new ColumnSteps(scales, outputs) { Groups = (int)groups },
            Zeros = new GptqZeros(zeros, outputs, bits, _added) { Groups = (int)groups },
            Group = GroupOf(scales, inputs, groups),
            Order = order?.Typed("I32").Shaped(inputs),
        };
    }

    /// <summary>As the zero points have them, of which there is one for each output: some modules may have others than the configuration says.</summary>
    private int BitsOf(StoredTensor zeros, long outputs)
    {
        var bits = zeros.Shape is [_, var width] && width * 32 % outputs == 0 ? width * 32 / outputs : 0;
        return Bits.Contains((int)bits) && (bits == _bits || _varies) ? (int)bits : throw zeros.WrongShape($"[groups, {outputs * _bits / 32}], {_bits} bits for each of {outputs} outputs");
    }

    private int GroupOf(StoredTensor scales, long inputs, long groups)
    {
        var group = _group ?? inputs;
        if ((inputs + group - 1) / group == groups)
        {
            return (int)group;
        }

        return _varies && inputs % groups == 0 ? (int)(inputs / groups) : throw scales.WrongShape($"[{(inputs + group - 1) / group}, {scales.Shape[1]}], groups of {group}");
    }
}
