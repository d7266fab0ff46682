using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

public class CachedAttentionTests
{
    private static readonly int[] Lengths = [1, 3, 67, 130, 64, 5];

    public static TheoryData<int, int, int, int?, string> Shapes => new()
    {
        { 4, 4, 64, null, "f32" }, { 6, 2, 32, null, "f32" }, { 3, 1, 10, null, "f32" }, { 2, 1, 21, null, "f32" },
        { 6, 2, 32, 60, "f32" }, { 4, 2, 16, 1, "f32" }, { 6, 3, 64, null, "bf16" }, { 4, 2, 20, 7, "bf16" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EqualsTheDefinition(int heads, int keyHeads, int headSize, int? window, string type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var model = Model(heads, keyHeads, headSize, type);
        var (states, queries) = Fill(model, generator);
        var alone = CachedAttention.EachAlone(states, 1, queries, Lengths, new(window));
        var padded = CachedAttention.Padded(states, 1, queries, Lengths, new(window));
        var expected = ByDefinition(states, queries, heads / keyHeads, window);
        Assert.True((alone - expected).abs().max().item<double>() < 2e-6);
        Assert.True((padded - expected).abs().max().item<double>() < 2e-6);
        Assert.True(expected.std().item<double>() > 0.1);
        Array.ForEach(states, state => state.Dispose());
    }

    /// <summary>Rows of bfloat16 come out as float32's would, rounded once; heads of a group that do not fill whole vectors too.</summary>
    [Theory]
    [InlineData(6, 2, 32)]
    [InlineData(4, 2, 20)]
    [InlineData(3, 3, 10)]
    public void RowsKeepTheirType(int heads, int keyHeads, int headSize)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using var model = Model(heads, keyHeads, headSize, "bf16");
        var (states, queries) = Fill(model, generator);
        var narrow = queries.to(ScalarType.BFloat16);
        var expected = CachedAttention.EachAlone(states, 0, narrow.to(ScalarType.Float32), Lengths, default).to(ScalarType.BFloat16);
        Assert.True(expected.Equals(CachedAttention.EachAlone(states, 0, narrow, Lengths, default)));
        Array.ForEach(states, state => state.Dispose());
    }

    [Fact]
    public void ACapBoundsTheScoresOnEveryWay()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        using var model = Model(6, 2, 32, "f32");
        var (states, queries) = Fill(model, generator);
        var cap = new SoftCap(0.7);
        var alone = CachedAttention.EachAlone(states, 0, queries, Lengths, default, cap);
        var difference = (alone - CachedAttention.Padded(states, 0, queries, Lengths, default, cap)).abs().max().item<float>();
        Assert.InRange(difference, 0, 2e-6f);
        Assert.True((alone - CachedAttention.EachAlone(states, 0, queries, Lengths, default)).abs().max().item<float>() > 0.01f);
        Array.ForEach(states, state => state.Dispose());
    }

    [Fact]
    public void SinksTakeWeightOnEveryWay()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        using var model = Model(6, 2, 32, "f32");
        var (states, queries) = Fill(model, generator);
        var sinks = tensor([-1f, 0, 1, 2, 3, 40]);
        var alone = CachedAttention.EachAlone(states, 0, queries, Lengths, default, sinks: sinks);
        Assert.InRange((alone - CachedAttention.Padded(states, 0, queries, Lengths, default, sinks: sinks)).abs().max().item<float>(), 0, 2e-6f);
        var without = CachedAttention.EachAlone(states, 0, queries, Lengths, default);
        Assert.All(Enumerable.Range(0, 6), head => Assert.True(alone.select(1, head).abs().sum().item<float>() < without.select(1, head).abs().sum().item<float>()));
        Assert.InRange(alone.select(1, 5).abs().max().item<float>(), 0, 1e-9f); // Next to nothing is left.
        Array.ForEach(states, state => state.Dispose());
    }

    [Fact]
    public void WhatASequenceGetsDoesNotDependOnItsNeighboursOrThreads()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        using var model = Model(6, 2, 48, "f32");
        var (states, queries) = Fill(model, generator);
        set_num_threads(1);
        var together = CachedAttention.EachAlone(states, 0, queries, Lengths, default);
        for (var i = 0; i < states.Length; i++)
        {
            var alone = CachedAttention.EachAlone([states[i]], 0, queries.narrow(0, i, 1), [Lengths[i]], default);
            Assert.True(alone.allclose(together.narrow(0, i, 1), 0, 0));
        }

        set_num_threads(2);
        Assert.True(CachedAttention.EachAlone(states, 0, queries, Lengths, default).allclose(together, 0, 0));
        set_num_threads(1);
        Array.ForEach(states, state => state.Dispose());
    }

    [Fact]
    public void AStateHoldsNoMoreThanItsCapacity()
    {
        using var scope = NewDisposeScope();
        using var model = Model(2, 2, 8, "f32");
        using var state = new SequenceState(model, 3);
        var first = (KeyValueState)state[0];
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Write(0, zeros(4, 2, 8), zeros(4, 2, 8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.WriteRow(3, new byte[64], new byte[64]));
        Assert.Equal(2 * 2 * 2 * 8 * sizeof(float), SequenceState.BytesOf(model, 1));
        Assert.Equal(3 * SequenceState.BytesOf(model, 1), state.Bytes);
    }

    private static CausalLM Model(int heads, int keyHeads, int headSize, string type) => CausalLM.Random(
        TinyModels.OfBlocks([.. TinyModels.Llama.WithAttention(attention => attention with { Heads = heads, KeyValueHeads = keyHeads, HeadSize = headSize }).Blocks.Take(2)]),
        1,
        new LoadOptions { DataType = type == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32 });

    private static (SequenceState[] Caches, Tensor Queries) Fill(CausalLM model, Generator generator)
    {
        var attention = model.Config.Attention();
        Tensor Rows(int count) => randn([count, attention.KeyValueHeads, attention.HeadSize], generator: generator).to(model.DataType);
        var states = Lengths.Select(length => new SequenceState(model, length + 3)).ToArray();
        for (var i = 0; i < states.Length; i++)
        {
            ((KeyValueState)states[i][0]).Write(0, Rows(Lengths[i]), Rows(Lengths[i]));
            ((KeyValueState)states[i][1]).Write(0, Rows(Lengths[i]), Rows(Lengths[i]));
        }

        return (states, randn([states.Length, attention.Heads, attention.HeadSize], generator: generator) / Math.Sqrt(attention.HeadSize) * 3);
    }

    /// <summary>In float64, one head of one sequence after the other.</summary>
    private static Tensor ByDefinition(SequenceState[] states, Tensor queries, int group, int? window)
    {
        var mixed = zeros_like(queries, ScalarType.Float64);
        for (var sequence = 0; sequence < states.Length; sequence++)
        {
            var (keys, values) = ((KeyValueState)states[sequence][1]).Read(Lengths[sequence]);
            var first = window is { } size ? Math.Max(0, Lengths[sequence] - size) : 0;
            for (var head = 0; head < queries.shape[1]; head++)
            {
                var key = keys[first.., head / group].to(ScalarType.Float64);
                var scores = mv(key, queries[sequence, head].to(ScalarType.Float64));
                mixed[sequence, head] = mv(values[first.., head / group].to(ScalarType.Float64).t(), nn.functional.softmax(scores, 0));
            }
        }

        return mixed;
    }
}
