using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>
/// LoRA on the weights of all experts of a layer, one tensor W [experts, out, in] or a weight for each expert: <c>W_e + scale B_e A_e</c>. Row e r + k of
/// A [experts r, in] belongs to expert e and rank k, and so does column k experts + e of B [out, r experts].
/// </summary>
/// <param name="target">Name of the tensor of all experts.</param>
/// <param name="a">A.</param>
/// <param name="b">B.</param>
/// <param name="rank">r.</param>
/// <param name="scale">Factor of the product.</param>
/// <param name="parts">What models that keep each expert by itself call the weights whose rows lie behind each other in an expert's.</param>
internal sealed class ExpertChange(string target, AdapterTensor a, AdapterTensor b, int rank, double scale, IReadOnlyList<string> parts) : TensorChange(target, a)
{
    private readonly int _experts = (int)(a.Shape[0] / rank);

    public override long[] Shape => [_experts, b.Shape[0], Source.Shape[1]];

    public override string Fact => FormattableString.Invariant($"{Target} {scale:R}");

    /// <inheritdoc/>
    public override IEnumerable<TensorChange> In(Func<string, bool> has)
    {
        var list = Target[..Target.LastIndexOf('.')];
        return has(Target) || !has($"{list}.0.{parts[0]}.weight") ? [this]
            : from expert in Enumerable.Range(0, _experts)
              from part in Enumerable.Range(0, parts.Count)
              select new OfOne($"{list}.{expert}.{parts[part]}.weight", this, expert, part);
    }

    public override Tensor Apply(Tensor value, ScalarType stored)
    {
        using TorchSharp.Scalar factor = (float)scale;
        var first = Source.As(value.dtype).view(_experts, rank, Source.Shape[1]);
        var second = b.As(value.dtype).view(b.Shape[0], rank, _experts).permute(2, 0, 1);
        return value.add(matmul(second, first), factor);
    }

    private long Rows => b.Shape[0] / parts.Count;

    private float Factor => (float)scale;

    private Tensor First(int expert, ScalarType type) => Source.Load().narrow(0, (long)expert * rank, rank).to(type);

    private Tensor Second(int expert, int part, ScalarType type) => b.Load().view(b.Shape[0], rank, _experts).select(2, expert).narrow(0, part * Rows, Rows).to(type);

    /// <summary>The change of one expert's weight, which is some rows of the expert's part.</summary>
    private sealed class OfOne(string target, ExpertChange all, int expert, int part) : TensorChange(target, all.Source)
    {
        public override long[] Shape => [all.Rows, all.Shape[2]];

        public override Tensor Apply(Tensor value, ScalarType stored) => addmm(value, all.Second(expert, part, value.dtype), all.First(expert, value.dtype), beta: 1, alpha: all.Factor);
    }
}
