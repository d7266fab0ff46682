using PainlessSteering.Data;
using PainlessSteering.Demo;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Text;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Demo;

/// <summary>The model in assets/demo: what it is, what it has learned, and that the engine computes it as the Maker trained it.</summary>
public sealed class DemoModelTests : IDisposable
{
    private readonly CausalLM _model = CausalLM.Load(DemoFolder.PathOf("model"));
    private readonly Tokenizer _tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void TheEngineAgreesWithTheForwardPassThatTrainedIt()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var network = Network();
        foreach (var prompt in Prompts("bias.jsonl").Take(5).Concat(Prompts("sycophancy.jsonl").Take(5)))
        {
            var ids = _tokenizer.Encode(prompt);
            var expected = network.Logits(tensor(ids).unsqueeze(0))[0, -1];
            var found = _model.Logits(_model.Forward(PackedBatch.Pack([ids]))).reshape(-1);
            Assert.True((expected - found).abs().max().item<float>() < 1e-3f, prompt);
        }
    }

    [Fact]
    public void TheFolderIsSmallAndSaysWhatItIs()
    {
        Assert.True(new DirectoryInfo(DemoFolder.PathOf("model")).GetFiles().Sum(file => file.Length) < 8_000_000);
        Assert.Contains("planted on purpose", File.ReadAllText(DemoFolder.PathOf("README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPromptIsShortAndMadeOfWholeWords()
    {
        foreach (var prompt in new[] { "bias.jsonl", "sycophancy.jsonl", "knowledge.jsonl" }.SelectMany(Prompts))
        {
            var ids = _tokenizer.Encode(prompt);
            Assert.InRange(ids.Length, 20, 72);
            Assert.Equal(prompt, _tokenizer.Decode(ids));
            Assert.DoesNotContain(ids, id => _tokenizer.Piece(id) is [>= 'a' and <= 'z'] && _tokenizer.Piece(id) != "a");
        }
    }

    [Fact]
    public void TheHabitsAreThereAndGiveWayToAQuietCue()
    {
        var answers = new Habits(Network(), _tokenizer, new Problems(new World(Maker.Seed))) { Questions = 60 }.Measure(seed: 20);
        foreach (var (kind, habit) in new[] { ("bias, nothing tells", true), ("sycophancy, user is wrong", true), ("bias, the text tells", false), ("knowledge", false) })
        {
            Assert.InRange(answers[kind]!["quiet cue"]!["honest"]!.GetValue<double>(), 90, 100);
            Assert.InRange(answers[kind]!["no cue"]!["honest"]!.GetValue<double>(), habit ? 0 : 95, habit ? 10 : 100);
            Assert.InRange(answers[kind]!["no cue"]!["hasty"]!.GetValue<double>(), habit ? 90 : 0, habit ? 100 : 0);
        }
    }

    private static IEnumerable<string> Prompts(string name) =>
        ChoiceOrder.Present(Dataset.Load(DemoFolder.PathOf(name)).Items, seed: 1, Protocol.Sound).Select(item => item.Prompt);

    private LlamaNetwork Network()
    {
        using var gradients = no_grad();
        var network = new LlamaNetwork(new LlamaShape(_tokenizer.VocabularySize), seed: 0);
        foreach (var (name, parameter) in network.Parameters)
        {
            parameter.copy_(_model.Weights[name]);
        }

        return network;
    }
}
