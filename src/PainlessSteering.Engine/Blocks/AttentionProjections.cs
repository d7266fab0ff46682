using PainlessSteering.Engine.Weights;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The linear maps of an attention.</summary>
/// <param name="Query">Hidden size to queries, with the gate behind each head where there is one.</param>
/// <param name="Key">Hidden size to keys.</param>
/// <param name="Value">Hidden size to values.</param>
/// <param name="Output">What the heads saw to hidden size.</param>
internal sealed record AttentionProjections(Linear Query, Linear Key, Linear Value, Linear Output)
{
    /// <summary>Hidden size to the gate of what the heads saw; null where there is none of its own.</summary>
    public Linear? Gate { get; init; }
}
