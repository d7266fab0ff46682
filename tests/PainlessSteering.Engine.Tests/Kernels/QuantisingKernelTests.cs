using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Rounded weights, bit by bit against the same operations of libtorch, which are what a weight is rounded by where its rows do not lie behind each other.</summary>
public class QuantisingKernelTests
{
    public static TheoryData<ScalarType, int, int> Weights => new()
    {
        { ScalarType.BFloat16, 16, 64 },
        { ScalarType.BFloat16, 37, 200 }, // Neither whole blocks nor whole groups.
        { ScalarType.Float16, 130, 72 },
        { ScalarType.Float32, 50, 1000 },
        { ScalarType.Float32, 3, 7 },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void EveryBitIsThatOfLibtorch(ScalarType type, int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        foreach (var size in new[] { 1e-30, 1e-3, 1, 1e4 })
        {
            var weight = (randn(outputs, inputs) * size).to(type);
            weight[0] = 0;
            weight[outputs - 1] = 3 * size; // All the same.
            var apart = weight.t().contiguous().t();
            Assert.False(apart.is_contiguous());
            foreach (var make in new Func<Tensor, QuantisedWeight>[] { QuantisedWeight.EightBit, QuantisedWeight.FourBit })
            {
                using QuantisedWeight expected = make(apart), made = make(weight);
                Assert.Equal(expected.Bytes, made.Bytes);
                Assert.Equal(expected.Words.data<int>().ToArray(), made.Words.data<int>().ToArray());
                Assert.True(expected.Steps.bytes.SequenceEqual(made.Steps.bytes));
            }
        }
    }

    [Theory]
    [InlineData(37, 200)]
    [InlineData(16, 64)]
    [InlineData(5, 16)]
    public void TheBytesAreKnownFromTheShape(int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        var weight = randn(outputs, inputs);
        using QuantisedWeight eight = QuantisedWeight.EightBit(weight), four = QuantisedWeight.FourBit(weight);
        Assert.Equal((eight.Bytes, four.Bytes), (QuantisedWeight.BytesOf([outputs, inputs], 8), QuantisedWeight.BytesOf([outputs, inputs], 4)));
    }
}
