using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Starts;

/// <summary>
/// OLoRA (Büyükakyüz, 2024): with <c>Q R = W</c> the adapter began as the first columns of Q and rows of R, and stands on <c>W - scale Q R</c> of these.
/// The first columns of Q are those of the weight's first columns alone, and their rows of R are <c>Qᵀ W</c>.
/// </summary>
internal sealed class OloraStart : BaseStart
{
    public override string Name => "olora";

    public override Tensor Of(Tensor weight, int rank, double scale)
    {
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar factor = scale;
        var wide = weight.to(ScalarType.Float64);
        var (q, _) = linalg.qr(wide.narrow(1, 0, Math.Min(rank, wide.size(1))));
        return wide.sub(matmul(q, matmul(q.t(), wide)).mul(factor)).to(weight.dtype).MoveToOuterDisposeScope();
    }
}
