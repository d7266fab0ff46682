using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Tests.Models;
using PainlessSteering.Text;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Generation;

public sealed class GenerationEngineTests : IDisposable
{
    private readonly CausalLM _model = TinyModels.Make(TinyModels.Llama with { EndOfSequence = [] });

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("demo")]
    [InlineData("stories260K")]
    public async Task SixteenVectorsAtOnceGiveWhatEachGivesAlone(string name)
    {
        var folder = name == "demo" ? DemoFolder.PathOf("model") : Shared.PathOf("models", name);
        using var model = CausalLM.Load(folder);
        var tokenizer = Tokenizer.Load(folder);
        string[] prompts = ["Once upon a time", "The dog", "Lily and Tom went to the park. They saw", "A: "];
        var requests = Enumerable.Range(0, 24).Select(i => (
            Prompt: tokenizer.Encode(prompts[i % 4] + string.Concat(Enumerable.Repeat(" a", i))),
            Options: new GenerationOptions { MaxTokens = 30 + i, LogProbabilities = 0, Steering = i >= 16 ? [] : [Vector(model, i, 1), .. i % 4 == 0 ? [Vector(model, i + 16, 0.5)] : Array.Empty<AppliedVector>()] })).ToList();
        var alone = new List<GeneratedText>();
        await using (var one = new GenerationEngine(model, tokenizer, new GenerationEngineOptions { MaxSequences = 1 }))
        {
            foreach (var (prompt, options) in requests)
            {
                alone.Add(await one.GenerateAsync(prompt, options, TestContext.Current.CancellationToken));
            }
        }

        await using var engine = new GenerationEngine(model, tokenizer, new GenerationEngineOptions { PrefillTokens = 7 });
        var together = await Task.WhenAll(requests.Select(request => engine.GenerateAsync(request.Prompt, request.Options, TestContext.Current.CancellationToken)));
        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(alone[i].Tokens, together[i].Tokens);
            Assert.Equal(alone[i].Text, together[i].Text);
            Assert.All(alone[i].LogProbabilities!.Zip(together[i].LogProbabilities!), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 1e-3));
        }

        Assert.True(alone.Select(text => text.Text).Distinct().Count() > 16); // The vectors do something.
    }

    [Fact]
    public void AStepTakesShortPromptsTogetherAndALongOneInPieces()
    {
        using var batch = new GenerationBatch(_model, prefillTokens: 7);
        GenerationSequence[] sequences = [.. new[] { 3, 4, 2, 20, 1 }.Select(length => new GenerationSequence(
            _model, TinyModelFolder.Tokenizer, [.. Enumerable.Repeat(3, length)], new GenerationOptions { MaxTokens = 40 }, room: 64, TestContext.Current.CancellationToken))];
        Array.ForEach(sequences, batch.Add);
        int[][] tokens =
        [
            [4, 5, 0, 0, 0], // Those whose prompt has run have a token more.
            [5, 6, 3, 0, 0], // A piece of the long prompt would be 7.
            [6, 7, 4, 7, 0],
            [7, 8, 5, 14, 0],
            [8, 9, 6, 21, 2],
        ];
        Assert.All(tokens, expected =>
        {
            batch.Step();
            Assert.Equal(expected, sequences.Select(sequence => sequence.State!.Length));
        });
    }

    [Fact]
    public async Task StrengthZeroGivesTheUnsteeredLogitsBitForBit()
    {
        await using var engine = new GenerationEngine(_model, TinyModelFolder.Tokenizer);
        var plain = new GenerationOptions { MaxTokens = 20, LogProbabilities = 50 };
        var zero = plain with { Steering = [new AppliedVector(Directions.Make(24, "mlp", 1, 3, rule: TokenRule.All), 0)] };
        async Task<List<TokenChance>> Chances(GenerationOptions options) =>
            [.. (await engine.GenerateAsync([1, 2, 3], options, TestContext.Current.CancellationToken)).LogProbabilities!.SelectMany(token => token.Top)];
        Assert.Equal(await Chances(plain), await Chances(zero));
    }

    [Fact]
    public async Task PiecesJoinToTheTextAndTheLastNamesTheReason()
    {
        await using var engine = new GenerationEngine(_model, TinyModelFolder.Tokenizer);
        var options = new GenerationOptions { MaxTokens = 25, LogProbabilities = 2 };
        var whole = await engine.GenerateAsync([1, 2, 3], options, TestContext.Current.CancellationToken);
        var pieces = new List<GeneratedPiece>();
        await foreach (var piece in engine.StreamAsync([1, 2, 3], options, TestContext.Current.CancellationToken))
        {
            pieces.Add(piece);
        }

        Assert.Equal(whole.Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(whole.Tokens, pieces.SelectMany(piece => piece.Tokens));
        Assert.Equal(25, whole.LogProbabilities!.Count);
        Assert.All(whole.LogProbabilities, chance => Assert.Equal(chance.Token, chance.Top[0].Token)); // Greedy takes the likeliest.
        Assert.All(pieces[..^1], piece => Assert.True(piece is { Finish: null, Text.Length: > 0 }));
        Assert.Equal(FinishReason.Length, pieces[^1].Finish);
    }

    [Fact]
    public async Task StopStringsEndTheTextBeforeThem()
    {
        await using var engine = new GenerationEngine(_model, TinyModelFolder.Tokenizer);
        var whole = await engine.GenerateAsync([1, 2, 3], new GenerationOptions { MaxTokens = 25 }, TestContext.Current.CancellationToken);
        var stop = whole.Text.Substring(10, 3);
        var cut = await engine.GenerateAsync([1, 2, 3], new GenerationOptions { MaxTokens = 25, StopStrings = ["never", stop] }, TestContext.Current.CancellationToken);
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
        Assert.Equal(FinishReason.Stop, cut.FinishReason);
        Assert.Equal(whole.Tokens.Take(cut.Tokens.Count), cut.Tokens);
    }

    [Fact]
    public async Task BlanksBeforeTheTextAreLeftOutOnRequest()
    {
        var tokenizer = TinyModelFolder.Tokenizer;
        await using var engine = new GenerationEngine(_model, tokenizer);
        var begunWithABlank = 0;
        for (var token = 3; token < 50; token++)
        {
            var options = new GenerationOptions { MaxTokens = 8, StopStrings = ["e"] };
            var whole = await engine.GenerateAsync([token], options, TestContext.Current.CancellationToken);
            var trimmed = await engine.GenerateAsync([token], options with { TrimStart = true }, TestContext.Current.CancellationToken);
            Assert.Equal(whole.Text.TrimStart(), trimmed.Text);
            Assert.Equal(whole.Tokens, trimmed.Tokens);
            begunWithABlank += whole.Text.Length > trimmed.Text.Length ? 1 : 0;
        }

        Assert.NotEqual(0, begunWithABlank);
    }

    [Fact]
    public async Task DrawsDependOnTheSeedAloneWhateverRunsBeside()
    {
        await using var engine = new GenerationEngine(_model, TinyModelFolder.Tokenizer);
        Task<GeneratedText> Draw(int seed) => engine.GenerateAsync([1, 2, 3], new GenerationOptions { MaxTokens = 40, Sampling = new() { Temperature = 2, Seed = seed } });
        var alone = (await Draw(1)).Tokens;
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Draw(1 + (i % 4))));
        Assert.Equal(alone, together[0].Tokens);
        Assert.Equal(alone, together[4].Tokens);
        Assert.NotEqual(alone, together[1].Tokens);
    }

    private static AppliedVector Vector(CausalLM model, int seed, double strength) => new(
        Directions.Make(model.Config.HiddenSize, SteeringSite.All[seed % 4].Name, seed % model.Config.Layers, seed, rule: seed % 3 == 0 ? TokenRule.All : TokenRule.Last, scale: 1.5),
        strength);
}
