using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Causal self-attention with grouped key heads over packed rows: each span attends to the spans before it and to itself,
/// each leaf to its prompt's spans and to itself alone.
/// </summary>
internal sealed class Attention(AttentionPlan plan, DotProductAttention products, PartSource source, AttentionProjections projections, INorm? queryNorm, INorm? keyNorm) : ITokenMixer
{
    private readonly float _scale = (float)(1 / Math.Sqrt(plan.QueryScalar ?? plan.HeadSize));
    private readonly int _rotary = source.Rotary.IndexOf(plan.Rope, plan.RotarySize ?? plan.HeadSize);

    /// <inheritdoc/>
    public ILayerState NewState(int capacity) => products.NewState(capacity);

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var angles = pass.Angles[_rotary];
        var keys = Rotated(Split(projections.Key.Forward(normed), plan.KeyValueHeads), keyNorm, angles);
        var values = Split(projections.Value.Forward(normed), plan.KeyValueHeads);
        if (leavesOnly)
        {
            normed = pass.Layout.WithoutTokens(normed);
            angles = (pass.Layout.WithoutTokens(angles.Cosine), pass.Layout.WithoutTokens(angles.Sine));
        }

        var (asked, gate) = QueriesAndGate(normed);
        var mixed = products.Forward(pass, Rotated(asked, queryNorm, angles, _scale), keys, values);
        mixed = mixed.dtype == normed.dtype ? mixed : mixed.to(normed.dtype);
        return projections.Output.Forward(gate is null ? mixed : mixed * gate.sigmoid());
    }

    private Tensor Split(Tensor projected, int heads) => projected.view(-1, heads, plan.HeadSize);

    private static Tensor Rotated(Tensor heads, INorm? norm, (Tensor Cosine, Tensor Sine) angles, float factor = 1) =>
        RotaryEmbedding.Rotate(norm is null ? heads : norm.Forward(heads), angles, factor);

    /// <summary>Queries [rows, heads, head size], and where there is a gate, its rows [rows, heads x head size].</summary>
    private (Tensor Queries, Tensor? Gate) QueriesAndGate(Tensor normed)
    {
        var projected = projections.Query.Forward(normed);
        if (!plan.OutputGate)
        {
            return (Split(projected, plan.Heads), null);
        }

        var both = projected.view(-1, plan.Heads, 2, plan.HeadSize);
        return (both.select(2, 0).contiguous(), both.select(2, 1).flatten(1));
    }
}
