using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters;

/// <summary>
/// Refuses adapters that do more than add BA to linear weights: reading the rest and leaving this out would give another model
/// than the one that was trained.
/// </summary>
internal static class LoraSupport
{
    /// <summary>Initialisations that also change the weights that the adapter stands on.</summary>
    private static readonly string[] BaseChangingStarts = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    /// <summary>Keys whose values make more of an adapter than a low-rank change: other weights, other forms, or a change of some positions only (aLoRA).</summary>
    private static readonly string[] OtherKinds =
    [
        "modules_to_save", "layer_replication", "target_parameters", "trainable_token_indices", "alora_invocation_tokens",
        "kasa_config", "velora_config", "monteclora_config", "arrow_config", "use_bdlora",
    ];

    private const string Start = "of how training began", Training = "matters in training alone", Description = "describes the adapter";

    /// <summary>Keys that do not change what the adapter adds, whatever they say, and why.</summary>
    private static readonly Dictionary<string, string> Irrelevant = new(StringComparer.Ordinal)
    {
        ["task_type"] = Description,
        ["auto_mapping"] = Description,
        ["revision"] = Description,
        ["peft_version"] = Description,
        ["inference_mode"] = Training,
        ["lora_dropout"] = Training,
        ["loftq_config"] = Start,
        ["eva_config"] = Start,
        ["corda_config"] = Start,
        ["lora_ga_config"] = Start,
        ["init_lora_weights"] = Start,
        ["ensure_weight_tying"] = "of modules that are saved whole, which are refused",
        ["qalora_group_size"] = "of QALoRA, which is refused",
        ["megatron_config"] = "of another library's layers",
        ["megatron_core"] = "of another library's layers",
        ["runtime_config"] = "how PEFT computes, not what",
    };

    /// <summary>What nobody asked for.</summary>
    /// <exception cref="PasException">A key says something that is not understood.</exception>
    public static IReadOnlyList<UnusedPart> Unused(ConfigFile file) => [.. file.Unasked().Select(key => new UnusedPart(
        $"{file.Where}, key '{key.Path}'",
        Irrelevant.GetValueOrDefault(key.Path.Split('.')[0]) ?? (key.SaysNothing ? "says nothing" : throw new PasException(
            $"key '{key.Path}' is not understood, and may change what the adapter does", file.Where, found: key.Text, remedy: "take it out of the file if you know that it does not")
        { Code = ErrorCodes.NotSupported })))];

    /// <exception cref="PasException">A key asks for something else than plain LoRA.</exception>
    public static void Check(ConfigFile file)
    {
        if (file.Text("peft_type") is not "LORA" and var type)
        {
            throw type is null ? file.Missing("peft_type") : file.Unsupported("peft_type", type, "LORA");
        }

        foreach (var key in new[] { "use_dora", "fan_in_fan_out", "lora_bias", "use_qalora" }.Where(key => file.Flag(key)))
        {
            throw file.Unsupported(key, "true", "false");
        }

        if (file.Text("bias") is not (null or "none") and var bias)
        {
            throw file.Unsupported("bias", bias, "none");
        }

        foreach (var key in OtherKinds.Where(file.HasContent))
        {
            throw file.Unsupported(key, "a value", "null: only low-rank changes of linear modules can be added to the weights");
        }

        if (file.IsText("init_lora_weights") && file.Text("init_lora_weights") is { } start && BaseChangingStarts.Any(name => start.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw file.Unsupported("init_lora_weights", start, "an initialisation that leaves the base weights alone; convert the adapter to plain LoRA with PEFT first");
        }
    }
}
