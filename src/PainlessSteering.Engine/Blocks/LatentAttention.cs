using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Latent attention in the form in which what makes keys of the latent rows is multiplied into the queries, and what makes values of them comes behind the
/// mixture: the heads then look at the latent rows themselves, and nothing else of a token is kept.
/// </summary>
internal sealed class LatentAttention : ITokenMixer
{
    private readonly LatentAttentionPlan _plan;
    private readonly LatentQuery _query;
    private readonly Linear _latent, _output;
    private readonly INorm _latentNorm;
    private readonly DotProductAttention _products;
    private readonly Tensor _keys; // [heads, plain size, latent size]
    private readonly Tensor _values; // [heads, latent size, value size]
    private readonly TorchSharp.Scalar _scale;
    private readonly int? _rotary, _queryScale;

    public LatentAttention(LatentAttentionPlan plan, PartSource source, LatentQuery query, Linear latent, INorm latentNorm, Linear output)
    {
        (_plan, _query, _latent, _latentNorm, _output) = (plan, query, latent, latentNorm, output);
        _products = new DotProductAttention(plan.Shape, source);
        _scale = plan.ScoreFactor / Math.Sqrt(plan.HeadSize);
        _queryScale = source.Rotary.ScaleIndexOf(plan.QueryScale);
        _rotary = plan.Rope is { } rope ? source.Rotary.IndexOf(rope, plan.RotarySize) : null;
        var both = source.Tensor("kv_b_proj.weight", Computed(source), plan.Heads * (plan.PlainSize + plan.ValueSize), plan.LatentSize)
            .view(plan.Heads, plan.PlainSize + plan.ValueSize, plan.LatentSize);
        (_keys, _values) = (both.narrow(1, 0, plan.PlainSize).DetachFromDisposeScope(), both.narrow(1, plan.PlainSize, plan.ValueSize).transpose(1, 2).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public ILayerState NewState(int capacity) => _products.NewState(capacity);

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var made = _latent.Forward(normed);
        var latent = _latentNorm.Forward(made.narrow(1, 0, _plan.LatentSize).contiguous()).unsqueeze(1);
        var seen = cat([latent, Rotated(pass, made.narrow(1, _plan.LatentSize, _plan.RotarySize).unsqueeze(1), leavesOnly: false)], 2); // [rows, 1, latent and rotary size]
        var queries = Queries(pass, leavesOnly ? pass.Layout.WithoutTokens(normed) : normed, leavesOnly);
        var mixed = _products.Forward(pass, queries, seen, seen).view(queries.size(0), _plan.Heads, -1);
        var values = bmm(mixed.narrow(2, 0, _plan.LatentSize).transpose(0, 1).to(_values.dtype), _values); // [heads, rows, value size]
        return _output.Forward(values.transpose(0, 1).reshape(queries.size(0), -1).to(normed.dtype));
    }

    /// <summary>Products in a type that the device does not emulate.</summary>
    private static ScalarType Computed(PartSource source) => CpuFeatures.Emulates(source.DataType, source.Device) ? ScalarType.Float32 : source.DataType;

    /// <summary>[rows that go on, heads, latent and rotary size], scaled.</summary>
    private Tensor Queries(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var asked = _query.Forward(normed).view(normed.size(0), _plan.Heads, _plan.HeadSize);
        var plain = bmm(asked.narrow(2, 0, _plan.PlainSize).transpose(0, 1).to(_keys.dtype), _keys).transpose(0, 1); // [rows, heads, latent size]
        var rotated = Rotated(pass, asked.narrow(2, _plan.PlainSize, _plan.RotarySize), leavesOnly);
        return pass.Scaled(cat([plain.to(rotated.dtype), rotated], 2).mul_(_scale), _queryScale, leavesOnly);
    }

    /// <summary>Turned by the position of each row. Where neighbours turn together they come to lie half of the elements apart, in queries and keys alike.</summary>
    private Tensor Rotated(ForwardPass pass, Tensor heads, bool leavesOnly)
    {
        if (_rotary is not { } index)
        {
            return heads;
        }

        var (cosine, sine) = pass.Angles[index];
        var parted = _plan.RotatesNeighbours ? RotaryEmbedding.Parted(heads, _plan.RotarySize) : heads;
        return RotaryEmbedding.Rotate(parted.contiguous(), leavesOnly ? (pass.Layout.WithoutTokens(cosine), pass.Layout.WithoutTokens(sine)) : (cosine, sine));
    }
}
