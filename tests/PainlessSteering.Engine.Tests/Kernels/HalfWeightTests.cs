using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Weights of two bytes held as they are, against sums in float64 and what libtorch widens them to.</summary>
public class HalfWeightTests
{
    public static TheoryData<ScalarType, int, int> Weights => new()
    {
        { ScalarType.BFloat16, 7, 16 },
        { ScalarType.BFloat16, 66, 1328 },
        { ScalarType.BFloat16, 1200, 608 }, // Several tiles.
        { ScalarType.Float16, 5, 48 },
        { ScalarType.Float16, 33, 2064 },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void ProductsAreThoseOfTheNumbers(ScalarType type, int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        var halves = randn(outputs, inputs).to(type);
        var numbers = halves.to(ScalarType.Float32);
        using var form = new BlockWeight(halves.clone().DetachFromDisposeScope(), HalfBlocks.Of(type, inputs)!);
        Assert.Equal(2L * outputs * inputs, form.Bytes);
        Assert.True(numbers.Equals(form.Restore(ScalarType.Float32)));
        Assert.True(halves.to(ScalarType.BFloat16).Equals(form.Restore(ScalarType.BFloat16)));
        var picked = tensor([outputs - 1L, 0, outputs / 2]);
        Assert.True(numbers.index_select(0, picked).Equals(form.Restore(picked, ScalarType.Float32)));
        foreach (var count in new[] { 0, 1, 2, 3, 4, 5, 9, 15, 16, 40 })
        {
            foreach (var rowType in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                BlockWeightTests.AssertProduct(form, numbers, randn(count, inputs).to(rowType), count % 2 == 0 ? null : randn(outputs).to(rowType));
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void ARowIsTheSameInAnyCompany(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var form = new BlockWeight(randn(37, 1504).to(type).DetachFromDisposeScope(), HalfBlocks.Of(type, 1504)!);
        var rows = randn(15, 1504);
        var together = form.Multiply(rows, null);
        for (var row = 0; row < 15; row++)
        {
            Assert.True(together.narrow(0, row, 1).Equals(form.Multiply(rows.narrow(0, row, 1), null)));
        }
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0x7F80)]
    [InlineData(ScalarType.Float16, 0x7C00)]
    public void EveryFiniteNumberIsWidenedExactly(ScalarType type, int exponent)
    {
        using var scope = NewDisposeScope();
        short[] all = [.. Enumerable.Range(0, 1 << 16).Where(bits => (bits & exponent) != exponent).Select(bits => (short)bits)];
        Array.Resize(ref all, all.Length / 16 * 16);
        var halves = empty([all.Length / 16, 16], type);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(all.AsSpan()).CopyTo(halves.bytes);
        using var form = new BlockWeight(halves.clone().DetachFromDisposeScope(), HalfBlocks.Of(type, 16)!);
        float[] expected = [.. all.Select(bits => type == ScalarType.Float16 ? (float)BitConverter.Int16BitsToHalf(bits) : BitConverter.Int32BitsToSingle(bits << 16))];
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), form.Restore(ScalarType.Float32).data<float>().ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void RowsThatAreNoWholeBlocksAreNotHeldSo() => Assert.Null(HalfBlocks.Of(ScalarType.BFloat16, 40));
}
