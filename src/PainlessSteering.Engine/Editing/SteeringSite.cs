namespace PainlessSteering.Engine.Editing;

/// <summary>A point of a decoder block where activations are recorded and steered (method.md §1).</summary>
public sealed class SteeringSite
{
    private readonly string? _shortName;

    private SteeringSite(string name, HookPoint point, string? shortName = null)
    {
        Name = name;
        Point = point;
        _shortName = shortName;
    }

    /// <summary>Output of the block.</summary>
    public static SteeringSite Residual { get; } = new("residual", HookPoint.BlockOutput);

    /// <summary>Output of the attention, before it is added to the residual stream.</summary>
    public static SteeringSite SelfAttention { get; } = new("self_attn", HookPoint.AttentionOutput);

    /// <summary>Normalised input of the MLP.</summary>
    public static SteeringSite PostAttentionLayerNorm { get; } = new("post_attention_layernorm", HookPoint.MlpInput, "post_attn");

    /// <summary>Output of the MLP, before it is added to the residual stream.</summary>
    public static SteeringSite Mlp { get; } = new("mlp", HookPoint.MlpOutput);

    /// <summary>Every site.</summary>
    public static IReadOnlyList<SteeringSite> All { get; } = [Residual, SelfAttention, PostAttentionLayerNorm, Mlp];

    /// <summary>The name in options and files.</summary>
    public string Name { get; }

    /// <summary>Where in a block it is.</summary>
    internal HookPoint Point { get; }

    /// <summary>The site of this name or short name.</summary>
    /// <param name="name">One of <c>residual</c>, <c>self_attn</c>, <c>post_attention_layernorm</c> (or <c>post_attn</c>), <c>mlp</c>.</param>
    /// <param name="setting">The setting that it is a value of, for an error.</param>
    /// <exception cref="PasException">There is no such site.</exception>
    public static SteeringSite Parse(string name, string? setting = null) =>
        Find(name) ?? throw new PasException("no such site", expected: "one of " + string.Join(", ", All), found: $"'{name}'") { Code = ErrorCodes.BadSetting, Setting = setting };

    internal static SteeringSite? Find(string name) => All.FirstOrDefault(site => site.Name == name || site._shortName == name);

    /// <summary>The place at which a vector of this site is added.</summary>
    internal CapturePoint WrittenAt(int layer) => new(layer, Point);

    /// <summary>
    /// The place whose activations make its vector: the same, but for the residual site as the released code has it, which reads
    /// <c>hidden_states[layer]</c>, the output of the block before.
    /// </summary>
    internal CapturePoint ReadAt(int layer, bool samePoint) => WrittenAt(this == Residual && !samePoint ? layer - 1 : layer);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
