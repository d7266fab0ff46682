using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Evaluation.Caching;
using PainlessSteering.Scoring;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Evaluation.Caching;

/// <summary>No prompt is run twice, and a result does not tell what was known before, to the last bit.</summary>
public sealed class ActivationCacheTests : IDisposable
{
    private static readonly FitOptions Options = new() { Layers = [1, 2], Strengths = [1, 4], Placebos = 1, Protocol = Protocol.Paper };
    private readonly TempFolder _folder = new();
    private readonly CausalLM _model = CausalLM.Load(DemoFolder.PathOf("model"));
    private readonly Tokenizer _tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
    private readonly Dataset _data;

    public ActivationCacheTests()
    {
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        _data = all with { Items = [.. all.Items.Take(80)] };
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void WhatIsKnownIsNotRunAgainAndGivesTheSameBits()
    {
        using var fresh = new ActivationCache();
        var alone = Fit(1, fresh);
        var prompts = fresh.Misses;
        Assert.True(prompts > 48); // The training items and their statements.

        using var cache = new ActivationCache();
        foreach (var seed in new[] { 3, 2, 5, 4 })
        {
            Fit(seed, cache);
        }

        var before = cache.Misses;
        AssertSame(alone, Fit(1, cache));
        Assert.True(cache.Misses - before < prompts / 2, "what other seeds recorded is used");
        before = cache.Misses;
        AssertSame(alone, Fit(1, cache));
        Assert.Equal(before, cache.Misses);

        var without = Fit(1, null);
        Assert.Equal(without.Sites[0].TrainPredictions, alone.Sites[0].TrainPredictions);
        Assert.All(without.Vectors, vector => Assert.All(vector.Value.Zip(alone.Vectors[vector.Key]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f)));
    }

    [Theory]
    [InlineData(3, 1)] // The same prompts, but to be answered, for which all blocks run.
    [InlineData(3, 3)] // Others, and fewer.
    [InlineData(3, 50)]
    [InlineData(4, 3)] // The model's last block.
    [InlineData(4, 50)]
    public void APromptsActivationsDependNeitherOnItsNeighboursNorOnWhatElseIsWanted(int blocks, int every)
    {
        var data = Dataset.Load(DemoFolder.PathOf("sycophancy.jsonl"));
        int[][] prompts = [.. ChoiceOrder.Present(data.Items, 1, Protocol.Paper).Take(400).Select(item => _tokenizer.Encode(item.Prompt).ToArray())];
        CapturePoint[] points = [.. Enumerable.Range(0, blocks).SelectMany(layer => SteeringSite.All.Select(site => site.WrittenAt(layer)))];
        var (wanted, others) = (Record(prompts, letters: []), Record([.. prompts.Where((_, i) => i % every == 0)], letters: [3, 4]));
        foreach (var (prompt, row) in others)
        {
            Assert.All(points, point => Assert.Equal(wanted[prompt][point], row[point]));
        }

        Dictionary<int[], Dictionary<CapturePoint, float[]>> Record(int[][] some, int[] letters)
        {
            using var cache = new ActivationCache();
            using var into = new RecordedActivations(points, some.Length, _model.Config.HiddenSize);
            new CachedRecorder(_model, EngineOptions.Default, cache).Run([.. some.Select(tokens => new ChoicePrompt(tokens, letters))], into, _ => { }, TestContext.Current.CancellationToken);
            return some.Select((tokens, i) => (tokens, points.ToDictionary(point => point, point => into[point][i].data<float>().ToArray()))).ToDictionary(pair => pair.tokens, pair => pair.Item2);
        }
    }

    [Fact]
    public void OtherSitesAreKeptToo()
    {
        using var cache = new ActivationCache { Sites = SteeringSite.All };
        Fit(1, cache);
        var before = cache.Misses;
        Fit(1, cache, SteeringSite.Mlp);
        Assert.Equal(before, cache.Misses);
    }

    [Fact]
    public void AFolderServesOtherProcesses()
    {
        var first = Fit(1, _folder.Path, out var misses);
        Assert.True(misses > 0);
        AssertSame(first, Fit(1, _folder.Path, out misses));
        Assert.Equal(0, misses);

        // A cache that is open learns what another writes meanwhile.
        using var open = new ActivationCache(_folder.Path);
        Fit(1, open);
        Fit(2, _folder.Path, out _);
        var before = open.Misses;
        Fit(2, open);
        Assert.Equal(before, open.Misses);
    }

    [Theory]
    [InlineData("a flipped bit")]
    [InlineData("a cut file")]
    [InlineData("a huge length")]
    [InlineData("rubbish")]
    [InlineData("an empty file")]
    [InlineData("no folder")]
    public void WhatIsDamagedIsComputedAgain(string damage)
    {
        var first = Fit(1, _folder.Path, out var prompts);
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            var bytes = File.ReadAllBytes(file);
            switch (damage)
            {
                case "a flipped bit": bytes[bytes.Length / 2] ^= 1; break;
                case "a cut file": bytes = bytes[..(bytes.Length / 2)]; break;
                case "a huge length": bytes.AsSpan(24, 4).Fill(0x7f); break;
                case "rubbish": new Random(1).NextBytes(bytes); break;
                default: bytes = []; break;
            }

            File.WriteAllBytes(file, bytes);
        }

        if (damage == "no folder")
        {
            Directory.Delete(_folder.Path, recursive: true);
        }

        AssertSame(first, Fit(1, _folder.Path, out var misses));
        Assert.InRange(misses, 1, prompts);
        AssertSame(first, Fit(1, _folder.Path, out misses));
        Assert.Equal(0, misses);
    }

    [Fact]
    public void ItIsDeletedUnderARunWithoutHarm()
    {
        using var cache = new ActivationCache(_folder.Path, memoryLimit: 0);
        var first = Fit(1, cache);
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            File.Delete(file);
        }

        AssertSame(first, Fit(1, cache));
    }

    [Fact]
    public void BothBoundsHold()
    {
        Fit(1, _folder.Path, out _);
        var one = new DirectoryInfo(_folder.Path).GetFiles().Max(file => file.Length);
        using var cache = new ActivationCache(_folder.Path, memoryLimit: one / 2, diskLimit: one * 2);
        foreach (var seed in Enumerable.Range(2, 6))
        {
            Fit(seed, cache);
        }

        Assert.InRange(new DirectoryInfo(_folder.Path).GetFiles().Sum(file => file.Length), 1, one * 2);
        var misses = cache.Misses;
        Fit(7, cache);
        Assert.InRange(cache.Misses - misses, 0, 80); // Half of it was never in memory: the folder has it.
    }

    private FitResult Fit(int seed, ActivationCache? cache, SteeringSite? site = null) => PasPipeline.Fit(
        _model, _tokenizer, _data, Options with { Seed = seed, Cache = cache, Sites = [site ?? SteeringSite.Residual] }, cancellation: TestContext.Current.CancellationToken);

    private FitResult Fit(int seed, string folder, out long misses)
    {
        using var cache = new ActivationCache(folder);
        var result = Fit(seed, cache);
        misses = cache.Misses;
        return result;
    }

    private static void AssertSame(FitResult expected, FitResult actual)
    {
        Assert.Equal(expected.Vectors.Keys, actual.Vectors.Keys);
        Assert.All(expected.Vectors, vector => Assert.Equal(vector.Value, actual.Vectors[vector.Key])); // Bit by bit.
        Assert.Equal(expected.Effect.Points, actual.Effect.Points);
        Assert.Equal(expected.Sites[0].TrainPredictions, actual.Sites[0].TrainPredictions);
    }
}
