using System.Runtime.Intrinsics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Quantised weights against the definition of their rounding, written out in plain loops, and their products against float64.</summary>
public class QuantisedWeightTests
{
    public static TheoryData<int, int, bool> Shapes => new()
    {
        { 1, 1, false }, { 5, 7, true }, { 16, 32, true }, { 48, 96, false }, { 64, 64, false }, { 64, 64, true }, { 96, 128, true }, { 130, 172, false }, { 33, 200, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EightBitsAreTheNearestSteps(int outputs, int inputs, bool withBias)
    {
        using var scope = NewDisposeScope();
        var weight = Make(outputs, inputs);
        using var form = QuantisedWeight.EightBit(weight);
        var expected = Loops(weight, inputs, group =>
        {
            var step = Round(group.Max(Math.Abs) / 127);
            return value => step == 0 ? 0 : Math.Clamp(MathF.Round(value / step), -127, 127) * step;
        });
        AssertForm(form, weight, expected, withBias, Whole(outputs, 16) * (Whole(inputs, 16) + 4));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FourBitsAreTheNearestStepsOfAGroup(int outputs, int inputs, bool withBias)
    {
        using var scope = NewDisposeScope();
        var weight = Make(outputs, inputs);
        using var form = QuantisedWeight.FourBit(weight);
        var expected = Loops(weight, 64, group =>
        {
            var padded = group.Length < 64 ? group.Append(0).ToArray() : group; // The last group is filled with zeros.
            var step = Round((padded.Max() - padded.Min()) / 15);
            var zero = Round(padded.Min() + (8 * step));
            return value => step == 0 ? zero : ((Math.Clamp(MathF.Round((value - zero) / step) + 8, 0, 15) - 8) * step) + zero;
        });
        AssertForm(form, weight, expected, withBias, Whole(outputs, 16) * Whole(inputs, 64) / 64 * (32 + 4), 1e-4); // Few rows are rounded to 16 bits.
    }

    [Fact]
    public void LargeWeightsAreQuantisedInSlices()
    {
        using var scope = NewDisposeScope();
        var weight = Make(5000, 2048); // Three slices.
        using var eight = QuantisedWeight.EightBit(weight);
        using var four = QuantisedWeight.FourBit(weight);
        using var part8 = QuantisedWeight.EightBit(weight.narrow(0, 4900, 100));
        using var part4 = QuantisedWeight.FourBit(weight.narrow(0, 4992, 8));
        Assert.True(eight.Restore(ScalarType.Float32).narrow(0, 4900, 100).Equals(part8.Restore(ScalarType.Float32)));
        Assert.True(four.Restore(ScalarType.Float32).narrow(0, 4992, 8).Equals(part4.Restore(ScalarType.Float32)));
    }

    [Theory]
    [InlineData(8, ScalarType.BFloat16)]
    [InlineData(4, ScalarType.BFloat16)]
    [InlineData(4, ScalarType.Float32)]
    public void ARowsProductDependsNeitherOnItsCompanyNorOnThreads(int bits, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var weight = Make(200, 136);
        using var form = bits == 4 ? QuantisedWeight.FourBit(weight) : QuantisedWeight.EightBit(weight);
        var rows = Make(23, 136).to(type);
        using var one = new ThreadCount(1);
        var alone = cat([.. Enumerable.Range(0, 23).Select(row => form.Multiply(rows[row..(row + 1)], null))]);
        foreach (var count in new[] { 1, 3 })
        {
            using var several = new ThreadCount(count);
            for (var company = 2; company <= 23; company++)
            {
                Assert.True(alone[..company].Equals(form.Multiply(rows[..company], null)), $"{company} rows, {count} threads");
            }
        }
    }

    [Fact]
    public void RowsOfSixteenBitsAreMultipliedByFourBitsExactly()
    {
        using var scope = NewDisposeScope();
        using var form = QuantisedWeight.FourBit(Make(100, 256));
        using var generator = new Generator(1);
        var rows = randint(-32767, 32768, [7, 256], dtype: ScalarType.Float32, generator: generator);
        rows.view(7, 4, 64).select(2, 9).fill_(32767); // The greatest of each group, which sets its step.
        var exact = matmul(rows.to(ScalarType.Float64), form.Restore(ScalarType.Float32).to(ScalarType.Float64).t());
        Assert.InRange((form.Multiply(rows, null).to(ScalarType.Float64) - exact).abs().max().item<double>() / exact.abs().max().item<double>(), 0, 1e-6);
    }

    /// <summary>The kernel's whole numbers, each as large as can be: all 15 against all 32 767, of either sign, and what is no number.</summary>
    [Fact]
    public void TheLargestSumsOfFourBitsFit()
    {
        using var scope = NewDisposeScope();
        var weight = ones(16, 128);
        weight.index_put_(-0.5f, tensor(new[] { 3, 3 }), tensor(new[] { 0, 64 })); // Else all would be a group's zero, and no integer used.
        using var form = QuantisedWeight.FourBit(weight);
        var exact = form.Restore(ScalarType.Float32);
        var rows = stack([ones(128), -ones(128), zeros(128), 1e-38f * ones(128), ones(128)]);
        rows[4, 5] = float.NaN;
        var product = form.Multiply(rows, null);
        for (var row = 0; row < 4; row++)
        {
            Assert.Equal(mv(exact, rows[row]).data<float>().ToArray(), product[row].data<float>().ToArray(), new Near(1e-4f));
        }

        Assert.All(product[4].data<float>().ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void PairSumsAreTheSameOnAnyProcessor()
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            short[] Some() => [.. Enumerable.Range(0, Vector512<short>.Count).Select(_ => (short)random.Next(-short.MaxValue, short.MaxValue + 1))];
            short[] first = Some(), second = Some();
            int[] expected = [.. Enumerable.Range(0, Vector512<int>.Count).Select(i => (first[2 * i] * second[2 * i]) + (first[(2 * i) + 1] * second[(2 * i) + 1]))];
            Assert.Equal(Vector512.Create(expected), FourBitKernel.PairSums(Vector512.Create(first), Vector512.Create(second)));
            Assert.Equal(Vector512.Create(expected), FourBitKernel.PairSumsAnywhere(Vector512.Create(first), Vector512.Create(second)));
        }
    }

    [Theory]
    [InlineData(WeightFormat.EightBit)]
    [InlineData(WeightFormat.FourBit)]
    public void TheFingerprintTells(WeightFormat format)
    {
        using var folder = new TinyModelFolder(TinyModels.Llama);
        using var full = CausalLM.Load(folder.Path);
        using var quantised = CausalLM.Load(folder.Path, new LoadOptions { Weights = format });
        Assert.Equal($"{full.Fingerprint}+{(format == WeightFormat.EightBit ? "int8" : "int4")}", quantised.Fingerprint);
        Assert.True(quantised.WeightBytes < full.WeightBytes);
        var refused = Assert.Throws<PasException>(() => quantised.Weights["lm_head.weight"]);
        Assert.Contains("quantised", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertForm(WeightForm form, Tensor weight, float[] expected, bool withBias, long bytes, double tolerance = 1e-5)
    {
        int outputs = (int)weight.shape[0], inputs = (int)weight.shape[1];
        Assert.Equal(bytes, form.Bytes);
        Assert.Equal(expected, form.Restore(ScalarType.Float32).contiguous().data<float>().ToArray(), new Near(1e-6f));
        var some = tensor(new long[] { outputs - 1, 0 });
        Assert.Equal(expected[^inputs..], form.Restore(some, ScalarType.Float32)[0].contiguous().data<float>().ToArray(), new Near(1e-6f));

        var exactWeight = tensor(expected, [outputs, inputs]).to(ScalarType.Float64);
        var bias = withBias ? Make(1, outputs)[0] : null;
        foreach (var rows in new[] { 0, 1, 3, 23, 47, 100 }) // On both sides of where widening begins.
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                var x = Make(Math.Max(1, rows), inputs)[..rows].to(type);
                var exact = nn.functional.linear(x.to(ScalarType.Float64), exactWeight, bias?.to(ScalarType.Float64)!);
                var product = form.Multiply(x, bias?.to(type));
                Assert.Equal(type, product.dtype);
                Assert.Equal(exact.shape, product.shape);
                Assert.Equal([.. exact.shape[..1], 1, outputs], form.Multiply(x.unsqueeze(1), null).shape);
                var worst = rows == 0 ? 0 : (exact - product.to(ScalarType.Float64)).abs().max().item<double>() / Math.Max(1, exact.abs().max().item<double>());
                Assert.True(worst < (type == ScalarType.BFloat16 ? 1.0 / 100 : tolerance), $"{rows} rows of {type} differ by {worst}");
            }
        }
    }

    /// <summary>Every group of consecutive inputs of an output through the rounding that is made for it.</summary>
    private static float[] Loops(Tensor weight, int group, Func<float[], Func<float, float>> rounding)
    {
        var inputs = (int)weight.shape[1];
        return [.. weight.data<float>().ToArray().Chunk(inputs).SelectMany(row => row.Chunk(group)).SelectMany(part => part.Select(rounding(part)))];
    }

    private static long Whole(int count, int of) => (count + of - 1) / of * of;

    private static float Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000); // bfloat16, to even
    }

    private static Tensor Make(int outputs, int inputs)
    {
        using var generator = new Generator((ulong)(outputs + inputs));
        var weight = randn([outputs, inputs], generator: generator);
        weight[outputs / 2] = 0; // A row of zeros has no steps.
        return weight;
    }

    private sealed class Near(float tolerance) : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(float obj) => 0;
    }
}
