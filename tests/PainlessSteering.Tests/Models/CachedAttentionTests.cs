using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models;

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
        var (caches, queries) = Fill(model, generator);
        var alone = CachedAttention.EachAlone(caches, 1, queries, Lengths, window);
        var padded = CachedAttention.Padded(caches, 1, queries, Lengths, window);
        var expected = ByDefinition(caches, queries, heads / keyHeads, window);
        Assert.True((alone - expected).abs().max().item<double>() < 2e-6);
        Assert.True((padded - expected).abs().max().item<double>() < 2e-6);
        Assert.True(expected.std().item<double>() > 0.1);
        Array.ForEach(caches, cache => cache.Dispose());
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
        var (caches, queries) = Fill(model, generator);
        var narrow = queries.to(ScalarType.BFloat16);
        var expected = CachedAttention.EachAlone(caches, 0, narrow.to(ScalarType.Float32), Lengths, null).to(ScalarType.BFloat16);
        Assert.True(expected.Equals(CachedAttention.EachAlone(caches, 0, narrow, Lengths, null)));
        Array.ForEach(caches, cache => cache.Dispose());
    }

    [Fact]
    public void WhatASequenceGetsDoesNotDependOnItsNeighboursOrThreads()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        using var model = Model(6, 2, 48, "f32");
        var (caches, queries) = Fill(model, generator);
        set_num_threads(1);
        var together = CachedAttention.EachAlone(caches, 0, queries, Lengths, null);
        for (var i = 0; i < caches.Length; i++)
        {
            var alone = CachedAttention.EachAlone([caches[i]], 0, queries.narrow(0, i, 1), [Lengths[i]], null);
            Assert.True(alone.allclose(together.narrow(0, i, 1), 0, 0));
        }

        set_num_threads(2);
        Assert.True(CachedAttention.EachAlone(caches, 0, queries, Lengths, null).allclose(together, 0, 0));
        set_num_threads(1);
        Array.ForEach(caches, cache => cache.Dispose());
    }

    [Fact]
    public void ACacheHoldsNoMoreThanItsCapacity()
    {
        using var scope = NewDisposeScope();
        using var model = Model(2, 2, 8, "f32");
        using var cache = new KVCache(model, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Write(0, 0, zeros(4, 2, 8), zeros(4, 2, 8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.WriteRow(0, 3, new byte[64], new byte[64]));
        Assert.Equal(2 * 2 * 2 * 8 * sizeof(float), KVCache.BytesPerToken(model));
    }

    private static CausalLM Model(int heads, int keyHeads, int headSize, string type) => CausalLM.Random(
        TinyModels.Llama with { Heads = heads, KeyValueHeads = keyHeads, HeadSize = headSize, Layers = 2, Windows = new int?[2] },
        1,
        new LoadOptions { DataType = type == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32 });

    private static (KVCache[] Caches, Tensor Queries) Fill(CausalLM model, Generator generator)
    {
        var config = model.Config;
        Tensor Rows(int count) => randn([count, config.KeyValueHeads, config.HeadSize], generator: generator).to(model.DataType);
        var caches = Lengths.Select(length => new KVCache(model, length + 3)).ToArray();
        for (var i = 0; i < caches.Length; i++)
        {
            caches[i].Write(0, 0, Rows(Lengths[i]), Rows(Lengths[i]));
            caches[i].Write(1, 0, Rows(Lengths[i]), Rows(Lengths[i]));
        }

        return (caches, randn([caches.Length, config.Heads, config.HeadSize], generator: generator) / Math.Sqrt(config.HeadSize) * 3);
    }

    /// <summary>In float64, one head of one sequence after the other.</summary>
    private static Tensor ByDefinition(KVCache[] caches, Tensor queries, int group, int? window)
    {
        var mixed = zeros_like(queries, ScalarType.Float64);
        for (var sequence = 0; sequence < caches.Length; sequence++)
        {
            var (keys, values) = caches[sequence].Read(1, Lengths[sequence]);
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
