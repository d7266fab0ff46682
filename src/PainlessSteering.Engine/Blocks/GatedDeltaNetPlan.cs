namespace PainlessSteering.Engine.Blocks;

/// <summary>A gated delta network: a short convolution, then the gated delta rule, whose output is normed and gated head by head.</summary>
internal sealed record GatedDeltaNetPlan : MixerPlan
{
    /// <summary>Heads of queries and keys.</summary>
    public required int KeyHeads { get; init; }

    /// <summary>Heads of values, and of states; neighbours share a key head.</summary>
    public required int Heads { get; init; }

    /// <summary>Elements of a key head.</summary>
    public required int KeySize { get; init; }

    /// <summary>Elements of a value head.</summary>
    public required int ValueSize { get; init; }

    /// <summary>Rows that the convolution sees, the own one among them.</summary>
    public required int Taps { get; init; }

    /// <summary>Of the norm of a head's output.</summary>
    public required double Epsilon { get; init; }

    /// <summary>
    /// Queries, keys, values and gates come from one weight, grouped by key head, and the two gates of the state from another (Qwen3-Next), unless the weights have
    /// one for each: formats other than the published one part them.
    /// </summary>
    public bool IsGrouped { get; init; }

    /// <summary>Channels that are convolved: all queries, all keys, all values.</summary>
    public int Channels => (2 * KeyHeads * KeySize) + Values;

    /// <summary>Elements of a row's values.</summary>
    public int Values => Heads * ValueSize;

    private long StateSize => (long)Heads * KeySize * ValueSize;

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize) => new()
    {
        Products =
        [
            .. IsGrouped
                ? (WeightProduct[])[new(Channels + Values, hiddenSize) { IsOfState = true }, new(2 * Heads, hiddenSize) { IsOfState = true }]
                : [new(Channels, hiddenSize) { IsOfState = true }, new(Values, hiddenSize), new(Heads, hiddenSize) { IsOfState = true, Held = 2, Used = 2 }],
            new(hiddenSize, Values),
        ],
        OtherParameters = ((long)Channels * Taps) + (2L * Heads) + ValueSize,
        RecurrentOperations = (7 * StateSize) + (2L * Channels * Taps), // Decayed, asked for key and query, and corrected: a multiply and an add each, but for the first.
        RowElements = (IsGrouped ? 2L : 1L) * (Channels + Values),
        RowFloats = (3L * Channels) + (3L * Values),
        StateFloats = StateSize + ((Taps - 1L) * Channels),
        KeptElements = 2L * ((4L * Channels) + (4L * Values) + (3L * Heads * (KeySize + ValueSize))), // In float32: twice an element of bfloat16.
        PassingElements = 4L * (Channels + Values),
    };

    /// <inheritdoc/>
    public override ITokenMixer Load(PartSource source)
    {
        var projections = IsGrouped && !source.Has("in_proj_qkv.weight") ? (IDeltaProjections)new GroupedDeltaProjections(this, source) : new SeparateDeltaProjections(this, source);
        return new GatedDeltaNet(this, source, projections);
    }

    /// <inheritdoc/>
    public override void Check(string where)
    {
        if (Heads % KeyHeads != 0)
        {
            throw new PasException("key 'linear_num_key_heads' does not divide 'linear_num_value_heads'", where, found: $"{KeyHeads} and {Heads}");
        }

        if (Taps < 2)
        {
            throw new PasException("key 'linear_conv_kernel_dim' is too small", where, "2 or more", $"{Taps}");
        }
    }
}
