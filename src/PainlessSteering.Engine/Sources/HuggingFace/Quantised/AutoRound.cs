using PainlessSteering.Engine.Files;
using static PainlessSteering.Engine.Sources.HuggingFace.Quantised.QuantisedFormat;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>AutoRound: tensors as those of GPTQ's first version, or of AWQ.</summary>
internal static class AutoRound
{
    private const string AsGptq = "auto_round:auto_gptq", AsAwq = "auto_round:auto_awq";

    public static QuantisedFormat Read(ConfigFile settings)
    {
        OneOf(settings, "data_type", "int");
        if (!settings.Has("packing_format"))
        {
            throw settings.Missing("packing_format");
        }

        settings.Ignore(TensorsSay, "block_name_to_quantize", "to_quant_block_names", "quant_lm_head");
        settings.Ignore(Activations, "act_bits", "act_group_size", "act_sym", "act_dynamic", "act_data_type");
        settings.Ignore(
            Quantising, "autoround_version", "iters", "sym", "nsamples", "seqlen", "batch_size", "gradient_accumulate_steps", "lr", "minmax_lr", "low_gpu_mem_usage", "low_cpu_mem_usage", "enable_quanted_input", "enable_norm_bias_tuning",
            "enable_minmax_tuning", "amp", "dataset", "scale_dtype", "nblocks", "not_use_best_mse", "truncation", "enable_torch_compile", "device_map");
        settings.Ignore(Speed, "backend");
        var (bits, group, varies) = (settings.Int("bits"), GroupSize(settings), settings.HasContent("extra_config"));
        settings.Ignore(TensorsSay, "extra_config");
        return OneOf(settings, "packing_format", AsGptq, AsAwq) == AsGptq ? new Gptq(bits, group, ordered: false, varies, isFirstVersion: true)
            : bits == 4 ? new Awq(group)
            : throw Refused(settings, "bits", FormattableString.Invariant($"{bits}"), "4");
    }
}
