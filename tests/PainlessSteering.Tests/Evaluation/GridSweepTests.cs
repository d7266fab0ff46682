using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Editing;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>The one-pass sweep against the naive sweep and against plain loops, at all sites and layers at once.</summary>
public class GridSweepTests
{
    private static readonly int[] Letters = [3, 1, 4, 15, 9];

    [Theory]
    [MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void EveryCellEqualsTheNaiveSweepAndPlainLoops(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config(name));
        var prompts = Prompts();
        var candidates = Candidates(model.Config);
        var fast = Sweep(model, prompts, candidates, rows: 2048);
        var naive = new NaiveSweep(model, EngineOptions.Default, Scorer.Letter).Run(prompts, candidates, null, null, default);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = -1; cell < candidates.Count; cell++)
            {
                int? candidate = cell < 0 ? null : cell;
                AssertClose(naive.Scores(prompt, candidate), fast.Scores(prompt, candidate));
                if (prompt is 0 or 3)
                {
                    AssertClose(Plain(model, prompts[prompt], candidate is null ? null : candidates[cell]), fast.Scores(prompt, candidate));
                }
            }
        }

        // The cells do something, each something else.
        Assert.All(Enumerable.Range(1, candidates.Count - 1), cell => Assert.NotEqual(fast.Scores(0, 0)[0], fast.Scores(0, cell)[0]));
    }

    /// <summary>Families whose blocks have other parts than Llama's, in the shape of published checkpoints.</summary>
    [Theory]
    [InlineData("qwen2-moe")]
    [InlineData("qwen3-moe")]
    public void EveryCellOfAFamilyEqualsTheNaiveSweep(string family)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Load(Shared.PathOf("golden", "families", family));
        var (prompts, candidates) = (Prompts(), Candidates(model.Config));
        var fast = Sweep(model, prompts, candidates, rows: 2048);
        var naive = new NaiveSweep(model, EngineOptions.Default, Scorer.Letter).Run(prompts, candidates, null, null, default);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = 0; cell < candidates.Count; cell++)
            {
                var (expected, found) = (naive.Scores(prompt, cell).ToArray(), fast.Scores(prompt, cell).ToArray());
                Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
                Assert.Equal(Array.IndexOf(expected, expected.Max()), Array.IndexOf(found, found.Max()));
            }
        }
    }

    [Fact]
    public void SmallBatchesAndManyThreadsChangeNothingOfTheOrder()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        var prompts = Prompts();
        var candidates = Candidates(model.Config);
        var whole = Sweep(model, prompts, candidates, rows: 4096);
        var pieces = Sweep(model, prompts, candidates, rows: 7); // chunks of 7 candidates, a prompt at a time
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = 0; cell < candidates.Count; cell++)
            {
                AssertClose(whole.Scores(prompt, cell), pieces.Scores(prompt, cell));
            }
        }
    }

    [Fact]
    public void TheSameSweepGivesTheSameBytesOnOneThreadAndOnThree()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        var candidates = Candidates(model.Config);
        var one = Sweep(model, Prompts(), candidates, rows: 64, threads: 1);
        var three = Sweep(model, Prompts(), candidates, rows: 64, threads: 3);
        for (var cell = 0; cell < candidates.Count; cell++)
        {
            Assert.Equal(one.Scores(2, cell).ToArray(), three.Scores(2, cell).ToArray());
        }
    }

    private static List<ChoicePrompt> Prompts()
    {
        var head = TinyModels.Tokens(1, 14);
        int[][] prompts = [[.. head, 7, 8, 9, 4], [.. head, 7, 8, 9, 5], [.. head, 30, 2], TinyModels.Tokens(2, 11), [17]];
        return [.. prompts.Select((tokens, i) => new ChoicePrompt(tokens, Letters[..(2 + (i % 4))]))];
    }

    private static List<Candidate> Candidates(ModelConfig config)
    {
        using var generator = new Generator(5);
        SteeringEdit Edit(int layer, SteeringSite site, SteeringOperation operation, double strength) => new(
            layer, site, operation, randn([config.HiddenSize], generator: generator).data<float>().ToArray(), strength, operation.HasTarget ? 1.5 : null);

        // Each alone, in an order that mixes the operations; then over two layers, three sites, and twice at one place.
        SteeringOperation add = SteeringOperation.Add, ablate = SteeringOperation.Parse("ablate"), turn = SteeringOperation.Parse("turn"), set = SteeringOperation.Parse("set");
        var single = SteeringSite.All.SelectMany(site => Enumerable.Range(0, config.Layers).SelectMany(layer => new[] { (add, 0.5), (ablate, 1), (turn, 2), (set, 1), (add, 4) }
            .Select(one => new Candidate(Edit(layer, site, one.Item1, one.Item2)))));
        var several = SteeringSite.All.SelectMany(site => new[] { (add, add), (ablate, add), (add, ablate), (turn, set) }.Select(pair => new Candidate(
            Edit(config.Layers - 1, site, pair.Item2, 0.75), Edit(0, site, pair.Item1, 1.25))));
        var mixed = new[]
        {
            new Candidate(Edit(1, SteeringSite.Mlp, add, 1), Edit(1, SteeringSite.Mlp, ablate, 1), Edit(1, SteeringSite.SelfAttention, turn, 1)),
            new Candidate(Edit(0, SteeringSite.Residual, set, 1), Edit(1, SteeringSite.Residual, set, 0.5), Edit(2, SteeringSite.PostAttentionLayerNorm, add, -2)),
        };
        return [.. single, .. several, .. mixed];
    }

    private static SweepResult Sweep(CausalLM model, List<ChoicePrompt> prompts, List<Candidate> candidates, int rows, int threads = 2)
    {
        var engine = new EngineOptions(threads, rows);
        return new GridSweep(model, new PromptRunner(model, engine), Scorer.Letter).Run(prompts, candidates, null, null, default);
    }

    private static float[] Plain(CausalLM model, ChoicePrompt prompt, Candidate? cell)
    {
        var loops = new PlainLoops(model)
        {
            Edit = cell is null ? null : PlainEdits.At(prompt.Tokens.Length - 1, cell.Edits),
        };
        var logits = loops.Logits(prompt.Tokens);
        return [.. prompt.Choices.Select(letter => (float)logits[letter[0]])];
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 5e-4f);
        }
    }
}
