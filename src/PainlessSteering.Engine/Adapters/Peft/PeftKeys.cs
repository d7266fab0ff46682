using PainlessSteering.Engine.Adapters.Peft.Kinds;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary>Accounts for the keys of <c>adapter_config.json</c> that no kind of adapter asks for.</summary>
internal static class PeftKeys
{
    private const string Start = "of how training began", Training = "matters in training alone", Description = "describes the adapter", Shapes = "the shapes of the tensors say it";

    /// <summary>Keys that do not change what the adapter does, whatever they say, and why.</summary>
    private static readonly Dictionary<string, string> Irrelevant = new(StringComparer.Ordinal)
    {
        ["auto_mapping"] = Description,
        ["base_model_name_or_path"] = Description,
        ["peft_version"] = Description,
        ["revision"] = Description,
        ["task_type"] = Description,
        ["inference_mode"] = Training,
        ["lora_dropout"] = Training,
        ["module_dropout"] = Training,
        ["rank_dropout"] = Training,
        ["rank_dropout_scale"] = Training,
        ["init_weights"] = Start,
        ["init_ia3_weights"] = Start,
        ["loftq_config"] = Start,
        ["eva_config"] = Start,
        ["corda_config"] = Start,
        ["lora_ga_config"] = Start,
        ["kasa_config"] = Training,
        ["decompose_both"] = Shapes,
        ["decompose_factor"] = Shapes,
        ["feedforward_modules"] = Shapes,
        ["ensure_weight_tying"] = "the file has the tensors of both",
        ["qalora_group_size"] = "of QA-LoRA, which is refused",
        ["megatron_core"] = "names another library",
        ["runtime_config"] = "how PEFT computes, not what",
        ["use_effective_conv2d"] = "of convolutions, of which the models have none",
    };

    /// <summary>Keys of methods that are no change of the weights, or that are not computed here, and what to do.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["alora_invocation_tokens"] = "null: aLoRA acts behind some tokens only, so that it cannot be added to the weights",
        ["layer_replication"] = "null: an adapter that makes more layers of a model is not added to it; replicate the layers in the model's own files first",
        ["use_bdlora"] = "false: blocks of factors are not read as plain ones; convert the adapter to plain LoRA with PEFT",
        ["use_qalora"] = "false: QA-LoRA is made for one quantised form of the weights; convert the adapter to plain LoRA with PEFT",
        ["velora_config"] = "null: VeLoRA is not plain LoRA; convert the adapter with PEFT",
        ["monteclora_config"] = "null: MonteCLoRA is not plain LoRA; convert the adapter with PEFT",
        ["arrow_config"] = "null: Arrow chooses among several adapters, token by token; give one of them",
    };

    /// <summary>The method of the adapter.</summary>
    /// <exception cref="PasException">There is none, or it is not supported.</exception>
    public static string Method(ConfigFile config)
    {
        var methods = AdapterKind.All.SelectMany(kind => kind.Methods).Distinct().ToArray();
        var method = config.Text("peft_type") ?? throw config.Missing("peft_type");
        return methods.Contains(method) ? method
            : throw config.Unsupported("peft_type", method, $"{string.Join(", ", methods)}; for another method merge the adapter into its model with PEFT's merge_and_unload");
    }

    /// <exception cref="PasException">A key asks for a method that is not computed.</exception>
    public static void RefuseOthers(ConfigFile config)
    {
        foreach (var (key, supported) in Refused.Where(entry => config.HasContent(entry.Key)))
        {
            throw config.Unsupported(key, "a value", supported);
        }
    }

    /// <summary>What nobody asked for, and why it does not matter.</summary>
    /// <exception cref="PasException">A key says something that is not understood.</exception>
    public static IReadOnlyList<UnusedPart> Unused(ConfigFile config) => [.. config.Unasked().Select(key => new UnusedPart(
        $"{config.Where}, key '{key.Path}'",
        Irrelevant.GetValueOrDefault(key.Path.Split('.')[0]) ?? (key.SaysNothing ? "says nothing" : throw new PasException(
            $"key '{key.Path}' is not understood, and may change what the adapter does", config.Where, found: key.Text, remedy: "take it out of the file if you know that it does not")
        { Code = ErrorCodes.NotSupported })))];
}
