using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using PainlessSteering.Steering;
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
        var naive = new NaiveSweep(model, EngineOptions.Default).Run(prompts, candidates, null, null, default);
        for (var prompt = 0; prompt < prompts.Count; prompt++)
        {
            for (var cell = -1; cell < candidates.Count; cell++)
            {
                int? candidate = cell < 0 ? null : cell;
                AssertClose(naive.Logits(prompt, candidate), fast.Logits(prompt, candidate));
                if (prompt is 0 or 3)
                {
                    AssertClose(Plain(model, prompts[prompt], candidate is null ? null : candidates[cell]), fast.Logits(prompt, candidate));
                }
            }
        }

        // The cells do something, each something else.
        Assert.All(Enumerable.Range(1, candidates.Count - 1), cell => Assert.NotEqual(fast.Logits(0, 0)[0], fast.Logits(0, cell)[0]));
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
                AssertClose(whole.Logits(prompt, cell), pieces.Logits(prompt, cell));
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
            Assert.Equal(one.Logits(2, cell).ToArray(), three.Logits(2, cell).ToArray());
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
        return [.. SteeringSite.All.SelectMany(site => Enumerable.Range(0, config.Layers).SelectMany(layer => new[] { 0.5, 4.0 }.Select(
            strength => new Candidate(site, layer, randn([config.HiddenSize], generator: generator), strength))))];
    }

    private static SweepResult Sweep(CausalLM model, List<ChoicePrompt> prompts, List<Candidate> candidates, int rows, int threads = 2)
    {
        var engine = new EngineOptions(threads, rows);
        return new GridSweep(model, new PromptRunner(model, engine)).Run(prompts, candidates, null, null, default);
    }

    private static float[] Plain(CausalLM model, ChoicePrompt prompt, Candidate? cell)
    {
        var loops = new PlainLoops(model)
        {
            Addition = cell is null ? null : (cell.Layer, cell.Site.WrittenAt(cell.Layer).Point, prompt.Tokens.Length - 1, [.. cell.Addition().data<float>().Select(value => (double)value)]),
        };
        var logits = loops.Logits(prompt.Tokens);
        return [.. prompt.Letters.Select(letter => (float)logits[letter])];
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
