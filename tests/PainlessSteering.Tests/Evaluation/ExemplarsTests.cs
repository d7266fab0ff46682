using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;
using PainlessSteering.Vectors.Methods;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>In-context learning: which exemplars stand before which prompt, and what vectors are made of.</summary>
public sealed class ExemplarsTests : IDisposable
{
    private readonly CausalLM _model = CausalLM.Load(DemoFolder.PathOf("model"));
    private readonly Tokenizer _tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
    private readonly Dataset _data;

    public ExemplarsTests()
    {
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        _data = all with { Items = [.. all.Items.Take(40).Select(item => item with { Group = null })] };
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(Protocol.Paper)]
    [InlineData(Protocol.Sound)]
    public void TheFirstOfThoseAnsweredWrongInNumPysOrder(Protocol protocol)
    {
        // Items 1, 3, 4, 7 and 8 are answered wrong; numpy.random.RandomState(0).permutation(5) is [2, 0, 1, 3, 4].
        var (exemplars, train) = Choose(protocol, 3, contextLength: 10_000, wrong: [1, 3, 4, 7, 8]);
        Assert.Equal(Solved(protocol, train, 4, 1, 3), exemplars.Before(train.Items[0]).Prefix);
        Assert.Equal(Solved(protocol, train, 4, 1, 3), exemplars.Before(train.Items[8]).Prefix);
        Assert.Equal(protocol == Protocol.Paper ? Solved(protocol, train, 4, 1, 3) : Solved(protocol, train, 4, 3, 7), exemplars.Before(train.Items[1]).Prefix);
        Assert.StartsWith(Solved(protocol, train, 4, 1, 3) + train.Items[0].Item.Question, exemplars.Before(train.Items[0]).Prompt, StringComparison.Ordinal);
        Assert.Equal(Solved(protocol, train, 4, 1, 3) + train.Items[0].Statement(1), exemplars.Before(train.Items[0]).Statement(1));
    }

    [Fact]
    public void AsManyAsFit()
    {
        var (_, train) = Choose(Protocol.Paper, 3, 10_000, [1, 3, 4, 7, 8]);
        var needed = new[] { Solved(Protocol.Paper, train, 4), Solved(Protocol.Paper, train, 1), train.Items[0].Prompt }.Sum(text => _tokenizer.Encode(text).Length) + 8;
        Assert.Equal(2, Choose(Protocol.Paper, 3, needed, [1, 3, 4, 7, 8]).Exemplars.Before(train.Items[0]).Exemplars);
        Assert.Equal(1, Choose(Protocol.Paper, 3, needed - 1, [1, 3, 4, 7, 8]).Exemplars.Before(train.Items[0]).Exemplars);
    }

    [Fact]
    public void NobodyWrongMeansNoExemplars() => Assert.Equal("", Choose(Protocol.Sound, 3, 10_000, []).Exemplars.Before(Choose(Protocol.Sound, 3, 10_000, []).Train.Items[0]).Prefix);

    [Theory]
    [InlineData(Protocol.Paper)]
    [InlineData(Protocol.Sound)]
    public void AFitAnswersWithExemplarsAndRecordsAsItsProtocolSays(Protocol protocol)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var options = new FitOptions { Layers = [1], Strengths = [1], Methods = [SteeringMethod.Parse("PASf")], Icl = 1, Protocol = protocol, SamePoint = true, Placebos = 0, Seed = 3 };
        var fit = PasPipeline.Fit(_model, _tokenizer, _data, options, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(1, fit.Exemplars);

        // The same by hand: one prompt after the other.
        var split = Split.Make(_data.Items, 3, protocol: protocol);
        var train = split.Train.Select(index => ChoiceOrder.Present(index, _data.Items[index], 3, protocol)).ToList();
        var wrong = train.Where(item => Answer(item.Prompt, item).Prediction != item.Right).ToList();
        var order = new PainlessSteering.RandomNumbers.NumPyRandomState(0).Permutation(wrong.Count);
        string Prefix(PresentedItem item) => order.Select(i => wrong[i]).Where(other => protocol == Protocol.Paper || other.Index != item.Index).Select(other => Solved(protocol, other)).First();
        var answers = train.Select(item => Answer(Prefix(item) + item.Prompt, item).Prediction).ToList();
        Assert.Equal(answers, fit.Sites[0].TrainPredictions);
        Assert.Equal(
            split.Test.Select(index => ChoiceOrder.Present(index, _data.Items[index], 3, protocol)).Select(item => Answer(Prefix(item) + item.Prompt, item).Prediction),
            fit.Sites[0].BaselineTestPredictions);

        var recorded = train.Select(item => Answer(protocol == Protocol.Paper ? item.Prompt : Prefix(item) + item.Prompt, item).Activation).ToList();
        Tensor Mean(bool right) => stack(recorded.Where((_, i) => answers[i] == train[i].Right == right)).mean([0]);
        var expected = Mean(true) - Mean(false);
        var found = tensor(fit.Vectors[("PASf", SteeringSite.Residual, 1)]);
        Assert.True(((expected - found).norm() / expected.norm()).ToSingle() < 1e-4f);
    }

    private (int Prediction, Tensor Activation) Answer(string prompt, PresentedItem item)
    {
        var batch = PackedBatch.Pack([_tokenizer.Encode(prompt)]);
        var letters = tensor([.. item.Choices.Select((_, i) => (long)_tokenizer.IdOf(((char)('A' + i)).ToString())!)]);
        return ((int)_model.Logits(_model.Forward(batch), letters).reshape(-1).argmax().ToInt64(), _model.Forward(batch, blocks: 2).reshape(-1));
    }

    private (Exemplars Exemplars, ChoiceSet Train) Choose(Protocol protocol, int count, int contextLength, int[] wrong)
    {
        var options = new FitOptions { Layers = [0], Icl = count, Protocol = protocol };
        var encoder = new ChoiceEncoder(_tokenizer, _model.Config with { ContextLength = contextLength }, "bias.jsonl", Scorer.Letter, options.LetterToken);
        var train = ChoiceSet.Present(_data.Items, [.. Enumerable.Range(0, 10)], options, encoder);
        return (Exemplars.Choose(train, Answered, options, encoder), train);

        SweepResult Answered(ChoiceSet items)
        {
            var result = new SweepResult(items.Prompts, []);
            for (var i = 0; i < items.Items.Count; i++)
            {
                var said = wrong.Contains(i) ? (items.Right[i] + 1) % 3 : items.Right[i];
                result.Set(i, null, [.. Enumerable.Range(0, 3).Select(choice => choice == said ? 1f : 0f)]);
            }

            return result;
        }
    }

    private static string Solved(Protocol protocol, ChoiceSet train, params int[] items) => string.Concat(items.Select(i => Solved(protocol, train.Items[i])));

    /// <summary>As the released code writes it, or as the answer follows the prompt.</summary>
    private static string Solved(Protocol protocol, PresentedItem item) => $"{item.Prompt}{(protocol == Protocol.Paper ? "" : " ")}{(char)('A' + item.Right)}\n\n";
}
