using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Generation;

public class TextGeneratorTests
{
    private const string Prompt = "Once upon a";
    private static readonly ModelConfig Config = TinyModels.Llama with { EndOfSequence = [] };

    [Fact]
    public void GreedyTextEqualsTheGoldenOne()
    {
        var folder = Shared.PathOf("models", "stories260K");
        using var model = CausalLM.Load(folder);
        var generator = new TextGenerator(model, Tokenizer.Load(folder));
        using var golden = JsonDocument.Parse(Shared.Open("golden", "stories260K", "golden.json"));
        foreach (var story in golden.RootElement.GetProperty("greedy").EnumerateArray())
        {
            var prompt = story.GetProperty("prompt").GetString()!;
            int[] ids = [.. story.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            var start = Tokenizer.Load(folder).Encode(prompt).Length;
            var streamed = new List<string>();
            var result = generator.Generate(prompt, new GenerationOptions { MaxTokens = ids.Length - start }, streamed.Add);
            Assert.Equal(ids[start..], result.Tokens);
            Assert.Equal(story.GetProperty("text").GetString(), prompt + result.Text);
            Assert.Equal(result.Text, string.Concat(streamed));
            Assert.True(streamed.Count > 40);
            Assert.Equal(FinishReason.Length, result.FinishReason);
        }
    }

    public static TheoryData<string, TokenRule> Places()
    {
        var places = new TheoryData<string, TokenRule>();
        foreach (var site in SteeringSite.All)
        {
            places.Add(site.Name, TokenRule.Last);
            places.Add(site.Name, TokenRule.All);
        }

        return places;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void SteeredTextEqualsOneWithoutACache(string site, TokenRule rule)
    {
        using var model = TinyModels.Make(Config);
        var generator = new TextGenerator(model, TinyModelFolder.Tokenizer);
        SteeringVector[] vectors = [Vector(site, 0, 1), Vector(site, 2, 2), Vector(site, 2, 3)];
        var options = new GenerationOptions { MaxTokens = 25, Steering = [.. vectors.Select(vector => new AppliedVector(vector, 1.5, rule))] };
        var steered = generator.Generate(Prompt, options);
        Assert.Equal(WithoutCache(model, TinyModelFolder.Tokenizer.Encode(Prompt), 25, [.. vectors.Select(vector => (vector, 1.5))], rule), steered.Tokens);
        var other = rule == TokenRule.All ? TokenRule.Last : TokenRule.All;
        Assert.NotEqual(steered.Tokens, generator.Generate(Prompt, options with { Steering = [.. vectors.Select(vector => new AppliedVector(vector, 1.5, other))] }).Tokens);
        Assert.NotEqual(steered.Tokens, generator.Generate(Prompt, options with { Steering = [] }).Tokens);
    }

    [Fact]
    public void AVectorsOwnStrengthAndRuleHoldUnlessOverridden()
    {
        using var model = TinyModels.Make(Config);
        var generator = new TextGenerator(model, TinyModelFolder.Tokenizer);
        var vector = Vector("residual", 1, 4, strength: 2, TokenRule.All);
        IReadOnlyList<int> Generate(AppliedVector applied) => generator.Generate(Prompt, new GenerationOptions { MaxTokens = 20, Steering = [applied] }).Tokens;
        Assert.Equal(Generate(new AppliedVector(vector, 2, TokenRule.All)), Generate(new AppliedVector(vector)));
        Assert.NotEqual(Generate(new AppliedVector(vector, 3)), Generate(new AppliedVector(vector)));
        Assert.NotEqual(Generate(new AppliedVector(vector, null, TokenRule.Last)), Generate(new AppliedVector(vector)));
    }

    [Fact]
    public void StrengthZeroRunsTheModelWithoutAHook()
    {
        using var model = TinyModels.Make(Config);
        Assert.Null(SequenceEdits.Make([], model));
        Assert.Null(SequenceEdits.Make([new AppliedVector(Vector("mlp", 1, 1), 0)], model));
        using var steering = SequenceEdits.Make([new AppliedVector(Vector("mlp", 1, 1), 0), new AppliedVector(Vector("mlp", 0, 1), 1)], model);
        Assert.NotNull(steering);
        Assert.Equal(new CapturePoint(0, HookPoint.MlpOutput), Assert.Single(steering.Last).Place);
    }

    [Fact]
    public void AVectorOfAnotherShapeIsRefused()
    {
        using var model = TinyModels.Make(Config);
        var generator = new TextGenerator(model, TinyModelFolder.Tokenizer);
        var wide = new SteeringVector(new float[25], SteeringSite.Mlp, 0, 0);
        Assert.Throws<PasException>(() => generator.Generate(Prompt, new GenerationOptions { Steering = [new AppliedVector(wide)] }));
    }

    [Theory]
    [InlineData(TokenRule.Last)]
    [InlineData(TokenRule.All)]
    public void LongPromptsRunInPieces(TokenRule rule)
    {
        using var model = TinyModels.Make(Config.WithWindows([64, 64, 64]) with { ContextLength = 3000 });
        var prompt = string.Concat(Enumerable.Repeat("a long tale, ", 200));
        var vector = Vector("residual", 0, 1);
        var result = new TextGenerator(model, TinyModelFolder.Tokenizer).Generate(prompt, new GenerationOptions { MaxTokens = 3, Steering = [new AppliedVector(vector, 3, rule)] });
        Assert.Equal(WithoutCache(model, TinyModelFolder.Tokenizer.Encode(prompt), 3, [(vector, 3)], rule), result.Tokens);
    }

    [Fact]
    public void SampledTextFollowsTheSeed()
    {
        using var model = TinyModels.Make(Config);
        var generator = new TextGenerator(model, TinyModelFolder.Tokenizer);
        IReadOnlyList<int> Generate(int seed) => generator.Generate(Prompt, new GenerationOptions { MaxTokens = 30, Sampling = new() { Temperature = 5, Seed = seed } }).Tokens;
        Assert.Equal(Generate(1), Generate(1));
        Assert.NotEqual(Generate(1), Generate(2));
    }

    [Fact]
    public void TheModelEndsItsText()
    {
        using var model = TinyModels.Make(Config);
        var tokens = new TextGenerator(model, TinyModelFolder.Tokenizer).Generate(Prompt, new GenerationOptions { MaxTokens = 30 }).Tokens;
        var end = tokens[12];
        using var ending = TinyModels.Make(Config with { EndOfSequence = [49, end] });
        var result = new TextGenerator(ending, TinyModelFolder.Tokenizer).Generate(Prompt, new GenerationOptions { MaxTokens = 30 });
        Assert.Equal(tokens.TakeWhile(token => token != end && token != 49), result.Tokens);
        Assert.Equal(FinishReason.Stop, result.FinishReason);
    }

    [Fact]
    public void TheContextEndsTheText()
    {
        using var model = TinyModels.Make(Config with { ContextLength = 20 });
        var generator = new TextGenerator(model, TinyModelFolder.Tokenizer);
        var result = generator.Generate(Prompt, new GenerationOptions { MaxTokens = 30 }); // 12 tokens with <s>
        Assert.Equal((8, FinishReason.Context), (result.Tokens.Count, result.FinishReason));
        Assert.Equal(FinishReason.Length, generator.Generate(Prompt, new GenerationOptions { MaxTokens = 8 }).FinishReason);
        var error = Assert.Throws<PasException>(() => generator.Generate(new string('a', 19), new GenerationOptions()));
        Assert.Equal("the prompt leaves no room in the model's context; expected fewer than 20 tokens; found 20; shorten the prompt", error.Message);
    }

    [Fact]
    public void CancellationStopsBetweenTokens()
    {
        using var model = TinyModels.Make(Config);
        using var stop = new CancellationTokenSource();
        var pieces = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => new TextGenerator(model, TinyModelFolder.Tokenizer).Generate(
            Prompt,
            new GenerationOptions { MaxTokens = 400 },
            _ =>
            {
                if (++pieces == 3)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Assert.Equal(3, pieces);
    }

    [Fact]
    public void NothingToGenerateIsAnError()
    {
        using var model = TinyModels.Make(Config);
        Assert.Throws<PasException>(() => new TextGenerator(model, TinyModelFolder.Tokenizer).Generate(Prompt, new GenerationOptions { MaxTokens = 0 }));
    }

    private static SteeringVector Vector(string site, int layer, int seed, double strength = 1, TokenRule rule = TokenRule.Last)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, Config.HiddenSize).Select(_ => (float)(random.NextDouble() - 0.5) * 4).ToArray();
        return new SteeringVector(values, SteeringSite.Parse(site), layer, strength, rule);
    }

    /// <summary>Greedy tokens from one whole forward pass for each, steered at every position from the prompt's last on, or from the first on.</summary>
    private static List<int> WithoutCache(CausalLM model, int[] prompt, int count, (SteeringVector Vector, double Strength)[] vectors, TokenRule rule)
    {
        set_num_threads(1); // Two collapse on a busy machine.
        using var inference = inference_mode();
        var tokens = prompt.ToList();
        while (tokens.Count < prompt.Length + count)
        {
            using var scope = NewDisposeScope();
            var hidden = model.Forward(PackedBatch.Pack([[.. tokens]]), new FromPosition(rule == TokenRule.All ? 0 : prompt.Length - 1, vectors));
            tokens.Add((int)model.Logits(hidden).argmax().item<long>());
        }

        return tokens[prompt.Length..];
    }

    private sealed class FromPosition(int start, (SteeringVector Vector, double Strength)[] vectors) : IActivationHook
    {
        public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
        {
            // In the last block only the last token is left.
            var from = rows.TokenRows == 0 ? 0 : start;
            foreach (var (vector, strength) in vectors.Where(one => one.Vector.OnlyEdit!.Layer == layer && one.Vector.OnlyEdit.Site.Point == point))
            {
                var above = activations[..from];
                var below = activations[from..] + tensor(vector.OnlyEdit!.Values.ToArray().Select(value => (float)(value * strength)).ToArray());
                activations = cat([above, below]);
            }

            return activations;
        }
    }
}
