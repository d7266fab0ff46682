using System.Runtime.Intrinsics;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Kernels;

/// <summary>The kernels between the matrix products against plain float64 arithmetic.</summary>
public class ElementKernelTests
{
    [Fact]
    public void TheExponentialIsExactToTwoUnitsInTheLastPlace()
    {
        var worst = 0.0;
        for (var x = -87f; x < 87; x = MathF.BitIncrement(x) + 1e-4f)
        {
            var (first, second) = Exponential.Of(Vector256.Create(x), Vector256.Create(x + 0.5f));
            worst = Math.Max(worst, Math.Max(Error(first[0], Math.Exp(x)), Error(second[0], Math.Exp(x + 0.5f))));
        }

        Assert.InRange(worst, 1e-9, Math.Pow(2, -22));
        static double Error(double got, double exact) => Math.Abs(got - exact) / exact;
    }

    [Fact]
    public void TheExponentialEndsWhereFloatsDoAndKeepsWhatIsNotANumber()
    {
        var numbers = Vector256.Create(-1e30f, float.NegativeInfinity, 1e30f, float.PositiveInfinity, float.NaN, 0, -0f, 1);
        var (ends, same) = Exponential.Of(numbers, numbers);
        Assert.Equal(ends.AsInt32(), same.AsInt32());
        Assert.InRange(ends[0], 0, 2e-38f);
        Assert.InRange(ends[1], 0, 2e-38f);
        Assert.InRange(ends[2], 1e38f, float.MaxValue);
        Assert.InRange(ends[3], 1e38f, float.MaxValue);
        Assert.True(float.IsNaN(ends[4]));
        Assert.Equal([1, 1], [ends[5], ends[6]]);
        Assert.Equal(MathF.E, ends[7], 1e-6f);
    }

    [Theory]
    [InlineData(Activation.Silu, ScalarType.Float32)]
    [InlineData(Activation.Silu, ScalarType.BFloat16)]
    [InlineData(Activation.GeluTanh, ScalarType.Float32)]
    [InlineData(Activation.GeluTanh, ScalarType.BFloat16)]
    public void TheGateIsTheActivationTimesTheOther(object activation, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        Tensor gate = (randn([7, 32], generator: generator) * 6).to(type), up = randn([7, 32], generator: generator).to(type);
        var (x, y) = (Numbers(gate), Numbers(up));
        Assert.True(GateKernel.Takes(gate, up, gradients: false));
        GateKernel.Run((Activation)activation, gate, up, gate);
        var got = Numbers(gate);
        for (var i = 0; i < x.Length; i++)
        {
            var inner = (Activation)activation == Activation.Silu
                ? 1 / (1 + Math.Exp(-x[i]))
                : 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x[i] + (0.044715 * x[i] * x[i] * x[i]))));
            var expected = x[i] * inner * y[i];
            Assert.Equal(expected, got[i], (Math.Abs(expected) * (type == ScalarType.Float32 ? 1e-5 : 0.008)) + 1e-6); // bfloat16 has 8 bits, and is rounded twice.
        }
    }

    [Theory]
    [InlineData(1, 5, false, null)]
    [InlineData(3, 8, false, null)]
    [InlineData(6, 21, true, null)]
    [InlineData(6, 6, true, null)]
    [InlineData(5, 33, true, 4)]
    [InlineData(5, 33, true, 16)]
    public void TheSoftmaxIsOverTheKeysThatAreSeen(int queries, int keys, bool causal, int? window)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            var scores = (randn([2, 3, queries, keys], generator: generator) * 5).to(type);
            var before = Numbers(scores);
            Assert.True(SoftmaxKernel.TryRun(scores, new Sight(queries, causal, window)));
            var got = Numbers(scores);
            for (var row = 0; row < before.Length / keys; row++)
            {
                var own = causal ? keys - queries + (row % queries) : keys - 1;
                bool Sees(int key) => key <= own && key > own - (window ?? keys);
                var sum = Enumerable.Range(0, keys).Where(Sees).Sum(key => Math.Exp(before[(row * keys) + key]));
                for (var key = 0; key < keys; key++)
                {
                    var expected = Sees(key) ? Math.Exp(before[(row * keys) + key]) / sum : 0;
                    Assert.Equal(expected, got[(row * keys) + key], (expected * (type == ScalarType.Float32 ? 2e-6 : 0.004)) + 1e-30);
                }
            }
        }
    }

    [Theory]
    [InlineData(32, ScalarType.Float32)]
    [InlineData(32, ScalarType.BFloat16)]
    [InlineData(12, ScalarType.Float32)]
    public void ALeafSeesTheMemoryAndItself(int size, ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        const int Rows = 5, KeyHeads = 2, Group = 3, Seen = 19;
        Tensor Make(params long[] shape) => randn(shape, generator: generator).to(type);
        Tensor queries = Make(Rows, KeyHeads * Group, size), keys = Make(Rows, KeyHeads, size), values = Make(Rows, KeyHeads, size);
        Tensor scores = Make(KeyHeads, Group * Rows, Seen), memory = Make(KeyHeads, Seen, size), mixed = empty([Rows, KeyHeads * Group * size], type);
        var (q, k, v, s, m) = (Numbers(queries), Numbers(keys), Numbers(values), Numbers(scores), Numbers(memory));

        var own = LeafKernel.TryScore(queries, keys)!;
        Assert.True(SoftmaxKernel.TryRun(scores, new Sight(Rows), own));
        LeafKernel.Mix(bmm(scores, memory), own, values, mixed);

        var got = Numbers(mixed);
        for (var (row, at) = (0, 0); row < Rows; row++)
        {
            for (var head = 0; head < KeyHeads * Group; head++)
            {
                var shared = head / Group;
                var score = Enumerable.Range(0, size).Sum(i => q[(((row * KeyHeads * Group) + head) * size) + i] * k[(((row * KeyHeads) + shared) * size) + i]);
                var weights = Enumerable.Range(0, Seen).Select(key => Math.Exp(s[(((head * Rows) + row) * Seen) + key] - score)).ToList();
                for (var i = 0; i < size; i++, at++)
                {
                    var sum = v[(((row * KeyHeads) + shared) * size) + i] + weights.Select((weight, key) => weight * m[(((shared * Seen) + key) * size) + i]).Sum();
                    Assert.Equal(sum / (1 + weights.Sum()), got[at], type == ScalarType.Float32 ? 1e-5 : 0.05);
                }
            }
        }
    }

    [Fact]
    public void ForksAreCopiesOfTheFirstLeafBehindThePromptsLeaves()
    {
        using var scope = NewDisposeScope();
        var rows = arange(14, dtype: ScalarType.Float32).view(7, 2); // Three tokens, then two prompts of two leaves.
        var forked = ForkKernel.TryRun(rows, tokens: 3, leaves: 2, count: 3)!;
        Assert.Equal([0, 1, 2, 3, 4, 3, 3, 3, 5, 6, 5, 5, 5], forked.select(1, 0).div(2).data<float>().Select(row => (int)row));
    }

    [Fact]
    public void WhatIsNotANumberIsNotHidden()
    {
        using var scope = NewDisposeScope();
        foreach (var at in new[] { 0, 9 })
        {
            var scores = zeros(1, 10);
            scores[0, at] = float.NaN;
            Assert.True(SoftmaxKernel.TryRun(scores, new Sight(1)));
            Assert.True(scores.isnan().all().item<bool>());
        }
    }

    [Fact]
    public void WithGradientsLibtorchComputesTheSoftmax()
    {
        using var scope = NewDisposeScope();
        Assert.False(SoftmaxKernel.TryRun(zeros([2, 16], requires_grad: true), new Sight(2)));
    }

    private static double[] Numbers(Tensor of) => [.. of.to(ScalarType.Float64).data<double>()];
}
