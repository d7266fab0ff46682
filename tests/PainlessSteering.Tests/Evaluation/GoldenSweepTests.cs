using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Models.Verification;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>The one-pass sweep against the naive sweep on the golden models of every family.</summary>
public sealed class GoldenSweepTests
{
    private static readonly int[] Letters = [3, 1, 4, 15, 9];

    public static TheoryData<string> Families => [.. GoldenFamilies.Loadable];

    [Theory]
    [MemberData(nameof(Families))]
    public void TheOnePassSweepEqualsTheNaiveOneAtAllSites(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (model, prompts, _) = GoldenFamilies.Load(name);
        using var loaded = model;
        var choices = prompts.Select((tokens, i) => new ChoicePrompt(tokens, Letters[..(2 + (i % 4))])).ToList();
        var candidates = SteeringSite.All.SelectMany(site => new[] { 0, model.Config.Layers / 2, model.Config.Layers - 1 }.Distinct().Select(
            layer => new Candidate(new SteeringEdit(layer, site, SteeringOperation.Add, randn([model.Config.HiddenSize], generator: generator).data<float>().ToArray(), 1.5)))).ToList();
        var fast = new GridSweep(model, new PromptRunner(model, new EngineOptions(2, 512)), Scorer.Letter).Run(choices, candidates, null, null, default);
        var naive = new NaiveSweep(model, EngineOptions.Default, Scorer.Letter).Run(choices, candidates, null, null, default);
        for (var prompt = 0; prompt < choices.Count; prompt++)
        {
            for (var cell = 0; cell < candidates.Count; cell++)
            {
                var (expected, found) = (naive.Scores(prompt, cell).ToArray(), fast.Scores(prompt, cell).ToArray());
                Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
                Assert.Equal(Array.IndexOf(expected, expected.Max()), Array.IndexOf(found, found.Max()));
            }
        }
    }
}
