using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>Products with a factor of few rows, in float32 whatever the type of the other rows: by <see cref="LowRankKernel"/> where it can, else by libtorch.</summary>
internal static class LowRank
{
    /// <summary><c>rows factorᵀ</c></summary>
    /// <param name="rows">[rows, size]</param>
    /// <param name="factor">[rank, size] float32</param>
    /// <returns>[rows, rank] float32</returns>
    public static Tensor Product(Tensor rows, Tensor factor) => LowRankKernel.Takes(rows, factor.shape[0])
        ? LowRankKernel.Product(rows, factor)
        : matmul(rows.to(ScalarType.Float32), factor.t());

    /// <summary>Adds <c>scale low factor</c> to the rows.</summary>
    /// <param name="rows">[rows, size]; written to.</param>
    /// <param name="low">[rows, rank] float32</param>
    /// <param name="factor">[rank, size] float32</param>
    /// <param name="scale">A number.</param>
    public static void Add(Tensor rows, Tensor low, Tensor factor, float scale)
    {
        if (LowRankKernel.Takes(rows, factor.shape[0]))
        {
            LowRankKernel.Add(rows, low, factor, scale);
        }
        else if (rows.dtype == ScalarType.Float32)
        {
            rows.addmm_(low, factor, 1, scale);
        }
        else
        {
            rows.copy_(addmm(rows.to(ScalarType.Float32), low, factor, 1, scale));
        }
    }

    /// <summary>The gradient by a factor: <c>scale lowᵀ rows</c>.</summary>
    /// <param name="low">[rows, rank] float32</param>
    /// <param name="rows">[rows, size]</param>
    /// <param name="scale">A number.</param>
    /// <param name="into">[rank, size] float32; written to.</param>
    public static void Outer(Tensor low, Tensor rows, float scale, Tensor into)
    {
        if (LowRankKernel.Takes(rows, into.shape[0]))
        {
            LowRankKernel.Outer(low, rows, scale, into);
        }
        else
        {
            using TorchSharp.Scalar times = scale;
            into.copy_(matmul(low.t(), rows.to(ScalarType.Float32)).mul_(times));
        }
    }
}
