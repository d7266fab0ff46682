using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary>Rank of each module's factors, and the factor of their product: <c>r</c>, alpha, <c>use_rslora</c>, <c>rank_pattern</c>, <c>alpha_pattern</c>.</summary>
internal sealed record LowRankScale
{
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

    private string Where { get; init; } = LoraConfig.FileName;

    /// <summary>Reads the keys of LoRA.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="PasException">A key is missing or not valid.</exception>
    public static LowRankScale OfLora(ConfigFile config) => Read(config, "lora_alpha") with { RankStabilized = config.Flag("use_rslora") };

    /// <summary>Reads the keys that other methods share with it.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="alpha">The key of alpha.</param>
    /// <exception cref="PasException">A key is missing or not valid.</exception>
    public static LowRankScale Read(ConfigFile config, string alpha) => new()
    {
        Rank = config.Int("r"),
        Alpha = config.Number(alpha),
        RankPattern = config.Numbers("rank_pattern"),
        AlphaPattern = config.Numbers("alpha_pattern"),
        Where = config.Where,
    };

    /// <summary>Rank of a module's factors.</summary>
    public int RankOf(string module) => (int)(ModuleNames.Value(RankPattern, module, Where) ?? Rank);

    /// <summary>Factor of a module's product.</summary>
    public double Of(string module)
    {
        var alpha = ModuleNames.Value(AlphaPattern, module, Where) ?? Alpha;
        return alpha / (RankStabilized ? Math.Sqrt(RankOf(module)) : RankOf(module));
    }
}
