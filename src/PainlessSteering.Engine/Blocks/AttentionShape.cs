namespace PainlessSteering.Engine.Blocks;

/// <summary>What attention is between its projections: queries that look at keys, and get the values of what they look at.</summary>
/// <param name="Heads">Heads of the queries.</param>
/// <param name="KeyValueHeads">Heads of keys and values; divides <paramref name="Heads"/>.</param>
/// <param name="HeadSize">Elements of one head.</param>
internal sealed record AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>How many tokens a token sees, itself included; null where it sees all.</summary>
    public int? Window { get; init; }

    /// <summary>Tokens of a chunk, beyond which nothing is seen; null for no chunks.</summary>
    public int? Chunk { get; init; }

    /// <summary>How far back a token sees.</summary>
    public AttentionReach Reach => new(Window, Chunk);

    /// <summary>Scores s become cap * tanh(s / cap); null for no cap.</summary>
    public double? ScoreCap { get; init; }

    /// <summary>The keys are the values too, and a state keeps them once (latent attention).</summary>
    public bool ValuesAreKeys { get; init; }
}
