using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;
using PainlessSteering.Vectors.Methods;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>Statements that are run beside the prompt that begins with the same question, before it is known which will be asked for.</summary>
public class ForeseenPromptsTests
{
    private const string Long = "A long question, so long that to run it a second time would cost more than to run every answer that it has behind it?";

    private static readonly Tokenizer Words = Tokenizer.Load(DemoFolder.PathOf("model"));
    private static readonly ModelConfig Config = ModelSource.Open(DemoFolder.PathOf("model")).Config;

    [Fact]
    public void AllStatementsOfALongQuestionAndNoneOfAShortOne()
    {
        var found = Foreseen([SteeringMethod.Parse("iPASa")], Item(Long, "no", "yes", "so"), Item("Is it?", "a long answer to it", "another long answer to it"));
        Assert.Equal([$"{Long} no", $"{Long} so", $"{Long} yes"], found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoneWhereNoMethodAsksForThem() => Assert.Empty(Foreseen([SteeringMethod.Parse("PASf")], Item(Long, "no", "yes")));

    [Fact]
    public void AFitIsTheSameAsTheNaiveOneThatForeseesNothing()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Load(DemoFolder.PathOf("model"));
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        var data = all with { Items = [.. all.Items.Take(60).Select(item => item with { Group = null, Question = $"{Long} {item.Question}" })] };
        FitResult Fit(bool naive) => PasPipeline.Fit(
            model, Words, data, new FitOptions { Layers = [1, 2], Strengths = [1], Placebos = 0, Naive = naive }, cancellation: TestContext.Current.CancellationToken);
        FitResult fit = Fit(naive: false), plain = Fit(naive: true);
        Assert.NotEmpty(Foreseen(SteeringMethod.All, [.. data.Items]));
        Assert.Equal(plain.Sites[0].TrainPredictions, fit.Sites[0].TrainPredictions);
        Assert.Equal(plain.Vectors.Keys, fit.Vectors.Keys);
        foreach (var (place, vector) in plain.Vectors)
        {
            Assert.True((tensor(vector) - tensor(fit.Vectors[place])).norm().item<float>() < 1e-4f * tensor(vector).norm().item<float>());
        }
    }

    private static List<string> Foreseen(IReadOnlyList<SteeringMethod> methods, params MultipleChoiceItem[] items)
    {
        var encoder = new ChoiceEncoder(Words, Config, "items", Scorer.Letter, LetterToken.Continuing);
        var train = ChoiceSet.Present(items, [.. Enumerable.Range(0, items.Length)], new FitOptions { Layers = [0] }, encoder);
        return [.. ForeseenPrompts.Of(train, methods, item => item, encoder).Select(one => one.Text)];
    }

    private static MultipleChoiceItem Item(string question, params string[] choices) => new(question, choices, 0);
}
