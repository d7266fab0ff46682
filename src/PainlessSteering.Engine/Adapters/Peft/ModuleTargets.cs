using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary>Which modules of a model an adapter's configuration names: <c>target_modules</c>, <c>exclude_modules</c>, <c>layers_to_transform</c>, <c>layers_pattern</c>.</summary>
internal sealed record ModuleTargets
{
    /// <summary>PEFT's word for every linear layer but the LM head.</summary>
    private const string AllLinear = "all-linear";

    /// <summary>Ends of the names of the modules; or null where <see cref="Pattern"/> tells.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>An expression for the whole names of the modules, or <c>all-linear</c>.</summary>
    public string? Pattern { get; init; }

    /// <summary>Blocks that are meant; all if null.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    private IReadOnlyList<string> LayerLists { get; init; } = [];

    private IReadOnlyList<string> Excluded { get; init; } = [];

    private string? ExcludedPattern { get; init; }

    private string Where { get; init; } = LoraConfig.FileName;

    /// <summary>Reads the keys.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="mayBeMissing">Whether no module need be named.</param>
    /// <exception cref="PasException">A key is missing or not valid.</exception>
    public static ModuleTargets Read(ConfigFile config, bool mayBeMissing = false)
    {
        var targets = config.TextOrTexts("target_modules") ?? (mayBeMissing ? (null, []) : throw config.Missing("target_modules"));
        var excluded = config.TextOrTexts("exclude_modules");
        return new ModuleTargets
        {
            Names = targets.Texts,
            Pattern = targets.Text,
            Excluded = excluded?.Texts ?? [],
            ExcludedPattern = excluded?.Text,
            Layers = config.Has("layers_to_transform") ? config.Ints("layers_to_transform") : null,
            LayerLists = config.HasContent("layers_pattern") && config.TextOrTexts("layers_pattern") is { Text: not "" } lists ? lists.Texts ?? [lists.Text!] : [],
            Where = config.Where,
        };
    }

    /// <summary>Whether every linear module is meant but the LM head.</summary>
    public bool MeansAllLinear => Names is null && Pattern == AllLinear;

    /// <summary>Whether a module is meant.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="head">That of the LM head, or null where it is not among those asked about.</param>
    public bool Includes(string module, string? head = null)
    {
        if (ModuleNames.IsIn(Excluded, module) || (ExcludedPattern is not null && ModuleNames.IsWhole(ExcludedPattern, module, Where)))
        {
            return false;
        }

        var named = Names is not null ? ModuleNames.IsIn(Names, module)
            : MeansAllLinear ? module != head
            : ModuleNames.IsWhole(Pattern!, module, Where);
        return named && (Layers is null || (ModuleNames.Layer(module, LayerLists) is { } layer && Layers.Contains(layer)));
    }
}
