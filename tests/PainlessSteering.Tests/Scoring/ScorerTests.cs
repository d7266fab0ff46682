using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Tests.Models;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Scoring;

/// <summary>What scorers make of items, and what they ask of a gain.</summary>
public class ScorerTests
{
    private static readonly PresentedItem Item = new(4, new MultipleChoiceItem("who is it", ["Lo", "a Nap", "Lo"], 1), ["Lo", "a Nap", "Lo"], 1);

    [Fact]
    public void TextGoesOnFromTheQuestionWithABlank()
    {
        var (scorer, encoder) = Of("text");
        var prompt = scorer.Encode(Item, encoder);
        var tokenizer = TinyModelFolder.Tokenizer;
        Assert.Equal(tokenizer.Encode("who is it"), prompt.Tokens);
        Assert.Equal("who is it", prompt.Text);
        Assert.All(Item.Choices.Zip(prompt.Choices), pair => Assert.Equal(tokenizer.Encode("who is it " + pair.First), prompt.Tokens.Concat(pair.Second)));
        Assert.Equal(1 + 2 + 5 + 2, prompt.Run.Rows); // The last token, and all of " Lo", " a Nap", " Lo" but their last tokens.
        Assert.Equal(tokenizer.Encode("who is it a Nap").Length, scorer.CountTokens(Item, encoder));
        Assert.Equal([3, 6, 3], Of("text-norm").Scorer.Encode(Item, encoder).Lengths);
    }

    [Fact]
    public void LettersFollowTheMultipleChoicePrompt()
    {
        var (scorer, encoder) = Of("letter");
        var prompt = scorer.Encode(Item, encoder);
        Assert.Equal(TinyModelFolder.Tokenizer.Encode(Item.Prompt), prompt.Tokens);
        Assert.Equal("ABC".Select(letter => TinyModelFolder.Tokenizer.IdOf(letter.ToString())!.Value), prompt.Choices.Select(choice => Assert.Single(choice)));
        Assert.Equal(1, prompt.Run.Rows);
    }

    [Fact]
    public void BareLettersAreThoseOfTheVocabulary()
    {
        var (scorer, encoder) = Of("letter", LetterToken.Bare);
        string[] many = [.. Enumerable.Range(0, 17).Select(i => new string('x', i + 1))];
        Assert.Equal(Of("letter").Scorer.Encode(Item, Of("letter").Encoder).Choices, scorer.Encode(Item, encoder).Choices);
        Assert.Contains("'Q'", Assert.Throws<PasException>(() => scorer.Encode(new PresentedItem(0, new MultipleChoiceItem("q", many, 0), many, 0), encoder)).Message, StringComparison.Ordinal);
    }

    /// <summary>With a blank before the letter where the prompt ends in none; whichever token that is must leave the prompt's own as they are.</summary>
    [Theory]
    [InlineData("?", " A, B", " A", " B")]
    [InlineData("? ", "A,B", "? ")]
    [InlineData("?\n", "A,B", " A", " B")]
    public void ALetterGoesOnFromThePrompt(string prompt, string expected, params string[] merged)
    {
        var tokenizer = Merging(merged);
        var encoder = new ChoiceEncoder(tokenizer, TinyModels.Llama, "items.csv", Scorer.Letter, LetterToken.Continuing);
        Assert.Equal(expected.Split(',').Select(piece => tokenizer.IdOf(piece)!.Value), encoder.Letters(0, prompt, tokenizer.Encode(prompt), 2));
    }

    [Theory]
    [InlineData("2 more")]
    [InlineData("other tokens of the prompt itself", "? ")]
    public void ALetterThatIsNotOneTokenIsRefusedWithWhatToDo(string found, params string[] merged)
    {
        var tokenizer = Merging(merged);
        var encoder = new ChoiceEncoder(tokenizer, TinyModels.Llama, "items.csv", Scorer.Letter, LetterToken.Continuing);
        var refusal = Assert.Throws<PasException>(() => encoder.Letters(4, "?", tokenizer.Encode("?"), 2));
        Assert.Equal(ErrorCodes.DoesNotFit, refusal.Code);
        Assert.StartsWith("items.csv, item 5: the tokenizer does not go on from the prompt with the letter 'A' as one token", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("text", refusal.Remedy, StringComparison.Ordinal);
    }

    /// <summary>A tokenizer of characters, some pairs of which are one token.</summary>
    private static Tokenizer Merging(params string[] pairs)
    {
        string[] pieces = ["?", " ", "\n", "A", "B", .. pairs];
        var model = new { type = "BPE", vocab = pieces.Index().ToDictionary(piece => piece.Item, piece => piece.Index), merges = pairs.Select(pair => new[] { pair[..1], pair[1..] }) };
        return Tokenizer.Load(new MemoryStream(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { model })), "merging");
    }

    [Fact]
    public void AQuestionWhoseTokensChangeWithTheChoiceIsRefusedByName()
    {
        var merging = Tokenizer.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes("""{"model": {"type": "BPE", "vocab": {"a": 0, " ": 1, "a ": 2, "b": 3}, "merges": [["a", " "]]}}""")), "merging");
        var encoder = new ChoiceEncoder(merging, TinyModels.Llama, "items.csv", Scorer.Parse("text"), LetterToken.Continuing);
        var item = new PresentedItem(4, new MultipleChoiceItem("a", ["b", "b"], 0), ["b", "b"], 0);
        Assert.Contains("items.csv, item 5: the question's tokens change", Assert.Throws<PasException>(() => encoder.Choice(item)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGainThatALengthExplainsShowsNothing()
    {
        // The longest choice is mostly right; steering answers it throughout.
        int[] right = [.. Enumerable.Range(0, 100).Select(i => i < 80 ? 1 : 0)];
        PresentedItem[] items = [.. right.Select((answer, i) => new PresentedItem(i, new MultipleChoiceItem("q", ["x", "longer"], answer), ["x", "longer"], answer))];
        var shortcuts = Scorer.Parse("text").Shortcuts(items)!;
        Assert.Equal(["the shortest choice", "the longest choice"], shortcuts.Select(shortcut => shortcut.Name));
        Assert.All(shortcuts[0].Answers, answer => Assert.Equal(0, answer));
        var run = new TestRun
        {
            Letters = 2,
            Answers = right,
            Unsteered = [.. right.Select((a, i) => i % 3 == 0 ? a : 1 - a)],
            Steered = [.. right.Select(_ => 1)],
            Shortcuts = shortcuts,
            Placebos = [.. Enumerable.Range(1, 19).Select(i => new Placebo(PlaceboKind.ShuffledLabels, i, 0))],
        };
        var report = RunReport.Of(run);
        Assert.Null(report.Letters);
        Assert.Equal([ReasonCode.ShortcutExplains], report.Verdict.Reasons.Select(reason => reason.Code));
        Assert.Contains("always the longest choice scores 80.0%", report.Verdict.Reasons[0].Sentence, StringComparison.Ordinal);

        var better = RunReport.Of(run with { Steered = [.. right.Select((a, i) => i % 25 == 0 ? 1 - a : a)] });
        Assert.Equal(Conclusion.Helps, better.Verdict.Conclusion);
        Assert.Contains(better.Verdict.Reasons, reason => reason.Code == ReasonCode.NotAShortcut);
        Assert.Null(Scorer.Letter.Shortcuts(items));
    }

    /// <summary>A whole fit by texts: the one-pass sweep's is the naive one's, and the vector's evaluation says what answered.</summary>
    [Theory]
    [InlineData("text")]
    [InlineData("text-norm")]
    public void AFitByTextsIsTheNaiveOne(string scorer)
    {
        using var model = CausalLM.Load(DemoFolder.PathOf("model"));
        var tokenizer = Tokenizer.Load(DemoFolder.PathOf("model"));
        var all = Dataset.Load(DemoFolder.PathOf("bias.jsonl"));
        var data = all with { Items = [.. all.Items.Take(60)] };
        FitResult Fit(bool naive) => PasPipeline.Fit(
            model, tokenizer, data, new FitOptions { Layers = [1, 3], Strengths = [1, 4], Placebos = 1, Naive = naive, Scorer = Scorer.Parse(scorer) }, cancellation: TestContext.Current.CancellationToken);
        FitResult fast = Fit(naive: false), slow = Fit(naive: true);
        Assert.Equal(scorer, fast.Scorer);
        Assert.Null(fast.BestConstantLetter);
        Assert.Equal(slow.Sites[0].TrainPredictions, fast.Sites[0].TrainPredictions);
        Assert.Equal(slow.Vectors.Keys, fast.Vectors.Keys);
        Assert.Equal(slow.Sites[0].Grid.SelectMany(cell => cell.ValPredictions.Values.SelectMany(answers => answers)), fast.Sites[0].Grid.SelectMany(cell => cell.ValPredictions.Values.SelectMany(answers => answers)));
        Assert.All(
            slow.Sites[0].Best.Values.Zip(fast.Sites[0].Best.Values),
            pair => Assert.All(pair.First.TestChoiceScores.SelectMany(s => s).Zip(pair.Second.TestChoiceScores.SelectMany(s => s)), scores => Assert.Equal(scores.First, scores.Second, 1e-3f)));
        Assert.Equal(2, fast.Report.Shortcuts!.Count);
        var vector = FitArtifact.Make(fast, "demo", "bias");
        Assert.Equal(scorer, FitArtifact.ScorerOf(vector!));
        Assert.Equal(scorer, FitArtifact.Result(vector!)!.Scorer);
    }

    private static (Scorer Scorer, ChoiceEncoder Encoder) Of(string name, LetterToken letterToken = LetterToken.Continuing) =>
        (Scorer.Parse(name), new ChoiceEncoder(TinyModelFolder.Tokenizer, TinyModels.Llama, "items.csv", Scorer.Parse(name), letterToken));
}
