using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Causal self-attention with grouped key heads and rotary positions.</summary>
internal sealed record AttentionPlan : MixerPlan
{
    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Elements of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Frequencies of the rotary positions.</summary>
    public required RopeSettings Rope { get; init; }

    /// <summary>Elements of a head that are rotated, from the first; null for all (Phi-4-mini).</summary>
    public int? RotarySize { get; init; }

    /// <summary>Queries and keys turn with their positions (in some families not in every layer).</summary>
    public bool Rotates { get; init; } = true;

    /// <summary>Neighbouring elements turn together, not those that are half of the rotated ones apart (GLM, Ernie, Cohere).</summary>
    public bool RotatesNeighbours { get; init; }

    /// <summary>How many tokens a token sees, itself included; null where it sees all.</summary>
    public int? Window { get; init; }

    /// <summary>Tokens of a chunk, beyond which nothing is seen (Llama 4); null for no chunks.</summary>
    public int? Chunk { get; init; }

    /// <summary>Query, key and value projections have a bias.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>The output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Norm of each query head before rotation (Qwen3, Gemma 3); or null.</summary>
    public NormPlan? QueryNorm { get; init; }

    /// <summary>Norm of each key head before rotation; or null.</summary>
    public NormPlan? KeyNorm { get; init; }

    /// <summary>The norms of queries and keys are over all heads together (OLMo 2).</summary>
    public bool NormsAllHeads { get; init; }

    /// <summary>The norms of queries and keys come behind the rotation (Hunyuan).</summary>
    public bool NormsRotated { get; init; }

    /// <summary>Queries, keys and values are held between minus this and this (OLMoE); null for not at all.</summary>
    public double? ProjectionBound { get; init; }

    /// <summary>Scores are divided by the square root of this; null for the head size (Gemma).</summary>
    public double? QueryScalar { get; init; }

    /// <summary>What queries are multiplied by at their positions; null for nothing (Ministral 3).</summary>
    public PositionScale? QueryScale { get; init; }

    /// <summary>Scores s become cap * tanh(s / cap); null for no cap (Gemma 2).</summary>
    public double? ScoreCap { get; init; }

    /// <summary>Gate of what the heads see; null for none.</summary>
    public AttentionGate? OutputGate { get; init; }

    /// <summary>Name of a tensor with a score of each head that takes weight from what is seen and is forgotten (gpt-oss); null for none.</summary>
    public string? Sinks { get; init; }

    /// <summary>What the projections are called.</summary>
    public AttentionNames Names { get; init; } = new();

    /// <summary>What is between the projections.</summary>
    public AttentionShape Shape => new(Heads, KeyValueHeads, HeadSize) { Window = Window, Chunk = Chunk, ScoreCap = ScoreCap };

    /// <summary>Elements of a head of values, at most those of a head; null for as many (MiMo).</summary>
    public int? ValueSize { get; init; }

    /// <summary>Values are multiplied by this; null for not at all.</summary>
    public double? ValueFactor { get; init; }

    private int QueryRows => Heads * HeadSize * (OutputGate is { Name: null } ? 2 : 1);

    private int GateRows => OutputGate is { Name: not null } gate ? Heads * (gate.IsOfHead ? 1 : ValueSize ?? HeadSize) : 0;

    private int ValueRows => KeyValueHeads * (ValueSize ?? HeadSize);

    private int KeyRows => KeyValueHeads * HeadSize;

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize)
    {
        int queries = Heads * HeadSize, keys = KeyRows, gate = QueryRows - queries + GateRows;
        var normed = (QueryNorm is null ? 0 : queries) + (KeyNorm is null ? 0 : keys);
        return new Cost
        {
            Products =
            [
                new(QueryRows, hiddenSize), new(keys, hiddenSize) { IsOfState = true }, new(ValueRows, hiddenSize) { IsOfState = true }, new(hiddenSize, Heads * (ValueSize ?? HeadSize)),
                .. GateRows > 0 ? [new WeightProduct(GateRows, hiddenSize)] : Array.Empty<WeightProduct>(),
            ],
            OtherParameters = (QueryKeyValueBias ? QueryRows + keys + ValueRows : 0) + (OutputBias ? hiddenSize : 0) + (QueryNorm?.Parameters(NormedSize(Heads)) ?? 0) + (KeyNorm?.Parameters(NormedSize(KeyValueHeads)) ?? 0) + (Sinks is null ? 0 : Heads),
            SeenOperations = 4L * queries,
            Window = Window ?? Chunk,
            RowElements = (3 * queries) + (4 * keys) + (2 * gate),
            SeenElements = 2 * Heads, // Scores and weights.
            SeenFloats = Heads,
            StateElements = 2 * keys,
            KeptElements = (2 * queries) + (2 * keys) + normed + (3 * gate),
            PassingElements = (2 * queries) + (2 * gate),
        };
    }

    /// <inheritdoc/>
    public override ITokenMixer Load(PartSource source)
    {
        Linear Projection(string part, int from, int outputs) => Names.Fused is { } fused
            ? source.LinearOf(part, fused, QueryRows + KeyRows + ValueRows, from, outputs, source.HiddenSize)
            : source.Linear(part, outputs, source.HiddenSize, QueryKeyValueBias);
        INorm? HeadNorm(NormPlan? norm, int heads) => norm is null ? null : source.Norm(norm, NormedSize(heads));

        var projections = new AttentionProjections(
            Projection(Names.Query, 0, QueryRows),
            Projection(Names.Key, QueryRows, KeyRows),
            Projection(Names.Value, QueryRows + KeyRows, ValueRows),
            source.Linear(Names.Output, source.HiddenSize, Heads * (ValueSize ?? HeadSize), OutputBias))
        {
            Gate = OutputGate is { Name: { } gate } ? source.Linear(gate, GateRows, source.HiddenSize) : null,
        };
        var sinks = Sinks is null ? null : source.Tensor(Sinks, ScalarType.Float32, Heads);
        return new Attention(this, new DotProductAttention(Shape, source, sinks), source, projections, HeadNorm(QueryNorm, Heads), HeadNorm(KeyNorm, KeyValueHeads));
    }

    private int NormedSize(int heads) => NormsAllHeads ? heads * HeadSize : HeadSize;

    /// <inheritdoc/>
    public override void Check(string where)
    {
        if (Heads % KeyValueHeads != 0)
        {
            throw new PasException("key 'num_key_value_heads' does not divide 'num_attention_heads'", where, found: $"{KeyValueHeads} and {Heads}") { Code = ErrorCodes.FileDamaged };
        }

        if (ValueSize > HeadSize)
        {
            throw new PasException("key 'v_head_dim' is larger than 'head_dim', which is not supported", where, $"at most {HeadSize}", $"{ValueSize}") { Code = ErrorCodes.NotSupported };
        }

        if ((RotarySize ?? HeadSize) % 2 != 0)
        {
            throw new PasException("key 'head_dim' is not even, as rotary positions need", where, found: $"{RotarySize ?? HeadSize}") { Code = ErrorCodes.FileDamaged };
        }
    }
}
