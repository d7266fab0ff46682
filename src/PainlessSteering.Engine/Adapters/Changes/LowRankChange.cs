using PainlessSteering.Engine.Adapters.Starts;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>
/// LoRA (Hu et al., 2021): <c>W + scale B A</c> for a weight W [out, in] and factors A [rank, in], B [out, rank]. With a magnitude m [out] the sum's rows have
/// these norms (DoRA, Liu et al., 2024): <c>m (W + scale B A) / |W + scale B A|</c>.
/// </summary>
/// <param name="module">The module's name.</param>
/// <param name="a">A.</param>
/// <param name="b">B.</param>
/// <param name="scale">Factor of the product.</param>
internal sealed class LowRankChange(string module, AdapterTensor a, AdapterTensor b, double scale) : TensorChange(module + ".weight", a)
{
    /// <summary>m, or null.</summary>
    public AdapterTensor? Magnitude { get; init; }

    /// <summary>Factors of A's rows, [rank], or null.</summary>
    public AdapterTensor? Diagonal { get; init; }

    /// <summary>What is taken from W first, or null.</summary>
    public BaseStart? Start { get; init; }

    /// <summary>The weight is stored as [in, out]: embeddings, whose inputs are the tokens, and GPT-2's layers.</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether the module is an embedding.</summary>
    public bool OfEmbedding { get; init; }

    public override long[] Shape => Transposed ? [Source.Shape[1], b.Shape[0]] : [b.Shape[0], Source.Shape[1]];

    public override bool MayBeOfEmbedding => OfEmbedding;

    public override string Fact => FormattableString.Invariant($"{module} {scale:R}") + (Start is null ? "" : $" {Start.Name}");

    public override Tensor Apply(Tensor value, ScalarType stored)
    {
        var (first, second) = (Source.As(value.dtype), b.As(value.dtype));
        first = Diagonal is null ? first : first.mul(Diagonal.As(value.dtype).unsqueeze(1));
        var from = Start is null ? value : Started(Start, value).to(stored).to(value.dtype); // PEFT changes the base itself, in its own type.
        var sum = Transposed ? addmm(from, first.t(), second.t(), beta: 1, alpha: (float)scale) : addmm(from, second, first, beta: 1, alpha: (float)scale);
        if (Magnitude is null)
        {
            return sum;
        }

        var inputs = Transposed ? 0 : 1;
        return sum.mul_(Magnitude.As(value.dtype).unsqueeze(inputs).div(sum.norm(inputs, keepdim: true)));
    }

    private Tensor Started(BaseStart start, Tensor value)
    {
        using var weight = Transposed ? value.t() : value.alias();
        var from = start.Of(weight, (int)Source.Shape[0], scale);
        return Transposed ? from.t() : from;
    }
}
