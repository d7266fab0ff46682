using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>Products with factors of few rows, by the kernel and by libtorch, against plain products in float64.</summary>
public sealed class LowRankKernelTests
{
    [Theory]
    [InlineData(ScalarType.Float32, 3, 48, 1, true)]
    [InlineData(ScalarType.Float32, 70, 32, 8, true)]
    [InlineData(ScalarType.Float32, 130, 16, 5, true)]
    [InlineData(ScalarType.Float32, 3, 40, 2, false)] // No whole vectors.
    [InlineData(ScalarType.Float32, 3, 32, 65, false)]
    [InlineData(ScalarType.BFloat16, 70, 48, 8, true)]
    [InlineData(ScalarType.BFloat16, 3, 16, 2, true)]
    [InlineData(ScalarType.BFloat16, 3, 40, 2, false)]
    public void EqualPlainProducts(ScalarType type, int count, int size, int rank, bool byKernel)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor Make(params long[] shape) => randn(shape, generator: generator);
        Tensor rows = Make(count, size).to(type), low = Make(count, rank), exact = rows.to(ScalarType.Float64), exactLow = low.to(ScalarType.Float64);
        foreach (var factor in new[] { Make(rank, size), Make(size, rank).t() })
        {
            var exactFactor = factor.to(ScalarType.Float64);
            Assert.Equal(byKernel, LowRankKernel.Takes(rows, rank));
            Near(matmul(exact, exactFactor.t()), LowRank.Product(rows, factor), 1e-5);

            var sum = rows.clone();
            LowRank.Add(sum, low, factor, 0.5f);
            Assert.Equal(type, sum.dtype);
            Near(exact + (matmul(exactLow, exactFactor) * 0.5), sum, type == ScalarType.Float32 ? 1e-5 : 0.004);

            var into = empty_like(factor);
            Assert.Equal(factor.stride(), into.stride());
            LowRank.Outer(low, rows, 0.5f, into);
            Near(matmul(exactLow.t(), exact) * 0.5, into, 1e-5);
        }
    }

    private static void Near(Tensor expected, Tensor found, double tolerance) =>
        Assert.InRange((expected - found.to(ScalarType.Float64)).abs().max().item<double>(), 0, tolerance * expected.abs().max().item<double>());
}
