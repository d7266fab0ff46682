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
    private readonly TorchSharp.Scalar? _most = plan.ProjectionBound, _least = -plan.ProjectionBound, _valueFactor = plan.ValueFactor;
    private readonly int? _queryScale = source.Rotary.ScaleIndexOf(plan.QueryScale);
    private readonly int _rotary = source.Rotary.IndexOf(plan.Rope, plan.RotarySize ?? plan.HeadSize);

    /// <inheritdoc/>
    public ILayerState NewState(int capacity) => products.NewState(capacity);

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var angles = pass.Angles[_rotary];
        var keys = Turned(Bounded(projections.Key.Forward(normed)), plan.KeyValueHeads, keyNorm, angles);
        var values = Values(normed);
        if (leavesOnly)
        {
            normed = pass.Layout.WithoutTokens(normed);
            angles = (pass.Layout.WithoutTokens(angles.Cosine), pass.Layout.WithoutTokens(angles.Sine));
        }

        var (asked, gate) = QueriesAndGate(normed);
        var queries = pass.Scaled(Turned(Bounded(asked), plan.Heads, queryNorm, angles, _scale), _queryScale, leavesOnly);
        var mixed = products.Forward(pass, queries, keys, values);
        mixed = mixed.dtype == normed.dtype ? mixed : mixed.to(normed.dtype);
        return projections.Output.Forward(Gated(plan.ValueSize is { } size ? mixed.view(-1, plan.Heads, plan.HeadSize).narrow(2, 0, size).flatten(1) : mixed, gate));
    }

    private Tensor Gated(Tensor mixed, Tensor? gate) =>
        gate is null ? mixed
        : plan.OutputGate!.IsOfHead ? (mixed.view(mixed.size(0), plan.Heads, -1) * gate.sigmoid().unsqueeze(2)).flatten(1)
        : mixed * gate.sigmoid();

    /// <summary>[rows, key heads, head size]; where values are smaller, zeros fill the rest, so that keys and values lie alike.</summary>
    private Tensor Values(Tensor normed)
    {
        var projected = Bounded(projections.Value.Forward(normed));
        projected = _valueFactor is null ? projected : projected.mul_(_valueFactor);
        return plan.ValueSize is { } size ? nn.functional.pad(projected.view(-1, plan.KeyValueHeads, size), [0, plan.HeadSize - size]) : Split(projected, plan.KeyValueHeads);
    }

    private Tensor Split(Tensor projected, int heads) => projected.view(-1, heads, plan.HeadSize);

    private Tensor Bounded(Tensor projected) => _most is null ? projected : projected.clamp_(_least!, _most);

    /// <summary>[rows, heads, head size]</summary>
    private Tensor Normed(Tensor projected, int heads, INorm? norm) =>
        norm is null ? Split(projected, heads) : plan.NormsAllHeads ? Split(norm.Forward(projected), heads) : norm.Forward(Split(projected, heads));

    /// <summary>[rows, heads, head size]: normed, turned, and multiplied by a factor.</summary>
    private Tensor Turned(Tensor projected, int heads, INorm? norm, (Tensor Cosine, Tensor Sine) angles, float factor = 1)
    {
        if (!plan.NormsRotated)
        {
            return Turned(Normed(projected, heads, norm), angles, factor);
        }

        var normed = Normed(Turned(Split(projected, heads), angles).flatten(1), heads, norm);
        using TorchSharp.Scalar times = factor;
        return factor == 1 ? normed : normed.mul_(times);
    }

    private Tensor Turned(Tensor heads, (Tensor Cosine, Tensor Sine) angles, float factor = 1)
    {
        if (!plan.Rotates)
        {
            using TorchSharp.Scalar times = factor;
            return factor == 1 ? heads : heads.mul(times);
        }

        return RotaryEmbedding.Rotate(plan.RotatesNeighbours ? RotaryEmbedding.Parted(heads, 2 * (int)angles.Cosine.size(2)) : heads, angles, factor);
    }

    /// <summary>Queries [rows, heads x head size], and where there is a gate, its rows.</summary>
    private (Tensor Queries, Tensor? Gate) QueriesAndGate(Tensor normed)
    {
        var projected = projections.Query.Forward(normed);
        if (plan.OutputGate is not { Name: null })
        {
            return (projected, projections.Gate?.Forward(normed));
        }

        var both = projected.view(-1, plan.Heads, 2, plan.HeadSize);
        return (both.select(2, 0).flatten(1), both.select(2, 1).flatten(1));
    }
}
