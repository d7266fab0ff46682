using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters;

/// <summary>What <c>adapter_config.json</c> of a LoRA adapter says, in the layout of Hugging Face's PEFT, as far as it decides what the adapter does.</summary>
internal sealed record LoraConfig
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>PEFT's word for every linear layer but the LM head.</summary>
    private const string AllLinear = "all-linear";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Rows of A and columns of B, where no pattern says otherwise.</summary>
    public required int Rank { get; init; }

    /// <summary>The product BA is scaled by alpha over rank.</summary>
    public required double Alpha { get; init; }

    /// <summary>Scale by alpha over the square root of the rank instead (rsLoRA).</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Ranks of some modules, by expressions for the ends of their names.</summary>
    public IReadOnlyDictionary<string, double> RankPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Alphas of some modules, likewise.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new Dictionary<string, double>();

    /// <summary>Ends of the names of the modules that are adapted; or null where <see cref="TargetPattern"/> tells.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>An expression for the whole names of the modules that are adapted, or <c>all-linear</c>.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Blocks that are adapted; all if null.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Share of inputs that training dropped; for the record.</summary>
    public double Dropout { get; init; }

    /// <summary>Name or folder of the model; for the record.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Keys of the file that are not used, and why.</summary>
    public IReadOnlyList<UnusedPart> Unused { get; init; } = [];

    private IReadOnlyList<string> LayerLists { get; init; } = [];

    private IReadOnlyList<string> Excluded { get; init; } = [];

    private string? ExcludedPattern { get; init; }

    private string Where { get; init; } = FileName;

    /// <summary>Reads the file of an adapter's folder.</summary>
    /// <exception cref="PasException">It is missing, not valid, or asks for what cannot be merged into plain weights.</exception>
    public static LoraConfig Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var file = ConfigFile.Open(path, "the adapter's configuration is missing", "give a folder in PEFT's layout with adapter_config.json and adapter_model.safetensors");
        LoraSupport.Check(file);
        var targets = file.TextOrTexts("target_modules") ?? throw file.Missing("target_modules");
        var excluded = file.TextOrTexts("exclude_modules");
        var config = new LoraConfig
        {
            Rank = file.Int("r"),
            Alpha = file.Number("lora_alpha"),
            RankStabilized = file.Flag("use_rslora"),
            Targets = targets.Texts,
            TargetPattern = targets.Text,
            Excluded = excluded?.Texts ?? [],
            ExcludedPattern = excluded?.Text,
            Layers = file.Has("layers_to_transform") ? file.Ints("layers_to_transform") : null,
            LayerLists = file.HasContent("layers_pattern") && file.TextOrTexts("layers_pattern") is { Text: not "" } lists ? lists.Texts ?? [lists.Text!] : [],
            RankPattern = file.Numbers("rank_pattern"),
            AlphaPattern = file.Numbers("alpha_pattern"),
            BaseModel = file.Text("base_model_name_or_path"),
            Where = path,
        };
        return config with { Unused = LoraSupport.Unused(file) };
    }

    /// <summary>Whether every linear module is meant but the LM head.</summary>
    public bool MeansAllLinear => Targets is null && TargetPattern == AllLinear;

    /// <summary>Whether the configuration asks for an adapter of a linear module.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="head">That of the LM head, or null where it is not among those asked about.</param>
    public bool Includes(string module, string? head = null)
    {
        if (ModuleNames.IsIn(Excluded, module) || (ExcludedPattern is not null && ModuleNames.IsWhole(ExcludedPattern, module, Where)))
        {
            return false;
        }

        var named = Targets is not null ? ModuleNames.IsIn(Targets, module)
            : MeansAllLinear ? module != head
            : ModuleNames.IsWhole(TargetPattern!, module, Where);
        return named && (Layers is null || (ModuleNames.Layer(module, LayerLists) is { } layer && Layers.Contains(layer)));
    }

    /// <summary>Rank of a module's adapter.</summary>
    public int RankOf(string module) => (int)(ModuleNames.Value(RankPattern, module, Where) ?? Rank);

    /// <summary>Factor of a module's product BA.</summary>
    public double ScaleOf(string module)
    {
        var alpha = ModuleNames.Value(AlphaPattern, module, Where) ?? Alpha;
        return alpha / (RankStabilized ? Math.Sqrt(RankOf(module)) : RankOf(module));
    }

    /// <summary>The file's text with every key that PEFT expects.</summary>
    public string ToJson() => new JsonObject
    {
        ["alpha_pattern"] = Object(AlphaPattern),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = BaseModel,
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = Layers is null ? null : new JsonArray([.. Layers.Select(layer => JsonValue.Create(layer))]),
        ["lora_alpha"] = Alpha,
        ["lora_dropout"] = Dropout,
        ["modules_to_save"] = null,
        ["peft_type"] = "LORA",
        ["r"] = Rank,
        ["rank_pattern"] = Object(RankPattern),
        ["revision"] = null,
        ["target_modules"] = Targets is null ? TargetPattern : new JsonArray([.. Targets.Select(name => JsonValue.Create(name))]),
        ["task_type"] = "CAUSAL_LM",
        ["use_dora"] = false,
        ["use_rslora"] = RankStabilized,
    }.ToJsonString(Indented) + "\n";

    private static JsonObject Object(IReadOnlyDictionary<string, double> values) => new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value))));
}
