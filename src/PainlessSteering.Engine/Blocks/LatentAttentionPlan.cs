namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Multi-head latent attention (DeepSeek-V2, 2024): keys and values of all heads are made from one short row for each token, which is all that is kept of
/// it, beside one rotated key that the heads share.
/// </summary>
internal sealed record LatentAttentionPlan : MixerPlan
{
    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the row that queries are made from; null where they are made from the input.</summary>
    public int? QueryRank { get; init; }

    /// <summary>Width of the row that keys and values are made from.</summary>
    public required int LatentSize { get; init; }

    /// <summary>Elements of a head of queries and keys that are not rotated.</summary>
    public required int PlainSize { get; init; }

    /// <summary>Elements of a head that are rotated, behind those.</summary>
    public required int RotarySize { get; init; }

    /// <summary>Elements of a head of values.</summary>
    public required int ValueSize { get; init; }

    /// <summary>Frequencies of the rotary positions; null where nothing is rotated (Kimi-Linear).</summary>
    public RopeSettings? Rope { get; init; }

    /// <summary>Neighbouring elements turn together, not those that are half of the rotated ones apart.</summary>
    public bool RotatesNeighbours { get; init; } = true;

    /// <summary>Scores are multiplied by this besides the inverse square root of the head size (YaRN's <c>mscale_all_dim</c>).</summary>
    public double ScoreFactor { get; init; } = 1;

    /// <summary>What queries are multiplied by at their positions; null for nothing (Mistral 4).</summary>
    public PositionScale? QueryScale { get; init; }

    /// <summary>The projections from and to the residual stream have a bias, those of whole queries aside.</summary>
    public bool Bias { get; init; }

    /// <summary>Of the two norms inside, whatever that of others is.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>What is between the projections: one head of keys, which are the values too.</summary>
    public AttentionShape Shape => new(Heads, 1, LatentSize + RotarySize) { ValuesAreKeys = true };

    /// <summary>Elements of a head of queries.</summary>
    public int HeadSize => PlainSize + RotarySize;

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize)
    {
        int queries = Heads * HeadSize, seen = LatentSize + RotarySize, absorbed = Heads * seen;
        WeightProduct[] asked = QueryRank is { } rank ? [new(rank, hiddenSize), new(queries, rank)] : [new(queries, hiddenSize)];
        return new Cost
        {
            Products = [.. asked, new(seen, hiddenSize) { IsOfState = true }, new(Heads * (PlainSize + ValueSize), LatentSize), new(hiddenSize, Heads * ValueSize)],
            OtherParameters = (QueryRank ?? 0) + LatentSize + (Bias ? (QueryRank ?? 0) + seen + hiddenSize : 0),
            SeenOperations = 4L * absorbed,
            RowElements = queries + (4L * absorbed) + (2L * seen),
            SeenElements = 2 * Heads, // Scores and weights.
            SeenFloats = Heads,
            StateElements = seen,
            KeptElements = (2L * queries) + (3L * absorbed) + (3L * seen),
            PassingElements = 3L * absorbed,
        };
    }

    /// <inheritdoc/>
    public override ITokenMixer Load(PartSource source)
    {
        var query = QueryRank is { } rank
            ? new LatentQuery(source.Linear("q_a_proj", rank, source.HiddenSize, Bias), Norm("q_a_layernorm", rank), source.Linear("q_b_proj", Heads * HeadSize, rank))
            : new LatentQuery(null, null, source.Linear("q_proj", Heads * HeadSize, source.HiddenSize));
        return new LatentAttention(
            this,
            source,
            query,
            source.Linear("kv_a_proj_with_mqa", LatentSize + RotarySize, source.HiddenSize, Bias),
            Norm("kv_a_layernorm", LatentSize),
            source.Linear("o_proj", source.HiddenSize, Heads * ValueSize, Bias));

        INorm Norm(string name, int size) => source.Norm(new RmsNormPlan(name, Epsilon), size);
    }

    /// <inheritdoc/>
    public override void Check(string where)
    {
        if (RotarySize % 2 != 0)
        {
            throw new PasException("key 'qk_rope_head_dim' is not even, as rotary positions need", where, found: $"{RotarySize}") { Code = ErrorCodes.FileDamaged };
        }
    }
}
