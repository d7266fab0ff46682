using PainlessSteering.Data;

namespace PainlessSteering.Tests.Cli;

/// <summary>Whatever is wrong with the items is one line that names the file, the row and the way out, and leaves nothing behind.</summary>
public sealed class BadDataTests : IDisposable
{
    private const string Good = "Which?,a,b,c,A";
    private readonly TinyFolder _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("", "has no rows", "expected")]
    [InlineData("question,A,B,C,D,answer\n", "has no rows", "expected")]
    [InlineData("question,A,B,C,D,answer\nQ,a,b,c,d,A\nQ,a,b,c,d,E\n", "row 2, column 'answer'", "A, B, C, D", "found \"E\"", "--skip-bad-rows")]
    [InlineData("question,A,B,C,D,answer\nQ,a,b,c,b,A\n", "row 1, column 'D'", "two choices are the same", "found \"b\"", "--skip-bad-rows")]
    [InlineData("question,A,B,C,D,answer\nQ,a,b,c,d,A\nQ,a,b,,d,A\n", "row 2, column 'C'", "choice C is empty", "--skip-bad-rows")]
    [InlineData("question,A,B,C,D,answer\nQ,a,b,c,d,A\n,a,b,c,d,A\n", "row 2, column 'question'", "the question is empty")]
    [InlineData("question,A,B,C,D,answer\nQ,a,b\n", "line 2")]
    [InlineData("question,A,B,C,D,verdict\nQ,a,b,c,d,A\n", "--answer")]
    [InlineData("question,A,B,C,answer\nQ1,a,b,c,A\nQ2,a,b,c,B\n", "a part of the split would be empty", "found 2 items", "give more data")]
    public async Task AFileOfWrongContent(string content, params string[] words)
    {
        File.WriteAllText(_tiny.Items, content);
        var line = await _tiny.RefusedAsync(_tiny.FitArguments());
        Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        Assert.True(line.Contains(_tiny.Items, StringComparison.Ordinal) || line.Contains("split", StringComparison.Ordinal), line);
    }

    [Fact]
    public async Task AFileOfAnotherKind()
    {
        async Task Check(string file, string what) =>
            Assert.Contains($"{file}: {what}", await _tiny.RefusedAsync(_tiny.FitArguments("--data", file)), StringComparison.Ordinal);

        await Check(_tiny.File("none.csv"), "there is no such file");
        await Check(_tiny.Model, "is a folder");
        await Check(_tiny.Weights, "is not a known kind of data file");
        await Check(_tiny.ModelFile("config.json"), "");
    }

    [Fact]
    public async Task APromptLongerThanTheContextIsAnErrorOrLeftOut()
    {
        var tooLong = new string('x', TinyFolder.ContextLength);
        _tiny.WriteItems(Enumerable.Range(0, 30).Select(i => $"Which {(i is 4 or 20 ? tooLong : "is it")} {TinyFolder.Word(i)}?,a,b,c,{"ABC"[i % 3]}"));
        var line = await _tiny.RefusedAsync(_tiny.FitArguments());
        Assert.Matches($"{_tiny.Items}, item (5|21): a prompt is longer than the model's context; expected at most 192 tokens; found 2[0-9]+; .*--skip-bad-rows", line);

        // Left out of the fit and of an evaluation, which still knows the items that the fit tested.
        var fit = await _tiny.FitAsync("--skip-bad-rows", "--json");
        Assert.Equal((0, 2), (fit.Code, (int)fit.Json["left_out"]!));
        Assert.Contains("left out: 2 items whose prompt is longer", fit.Error, StringComparison.Ordinal);
        var tested = fit.Json["test_items"]!.AsArray().Select(item => (int)item!).ToList();
        Assert.Equal(28, fit.Json["sizes"]!.AsArray().Sum(size => (int)size!));
        Assert.DoesNotContain(4, tested);
        Assert.DoesNotContain(20, tested);
        var eval = await _tiny.EvalAsync("--json");
        Assert.Equal((0, tested.Count, true, 0), (eval.Code, (int)eval.Json["items"]!, (bool)eval.Json["held_out"]!, (int)eval.Json["left_out"]!));

        _tiny.WriteItems([$"{tooLong},a,b,c,A", Good]);
        eval = await _tiny.EvalAsync("--json", "--skip-bad-rows");
        Assert.Equal((0, 1, 1), (eval.Code, (int)eval.Json["items"]!, (int)eval.Json["left_out"]!));
        _tiny.WriteItems([$"{tooLong},a,b,c,A"]);
        eval = await _tiny.EvalAsync("--skip-bad-rows");
        Assert.Equal(1, eval.Code);
        Assert.Contains("every item's prompt is longer than the model's context", eval.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadRowsAreSkippedAndCountedWhenAskedTo()
    {
        File.AppendAllText(_tiny.Items, "Q,a,a,b,A\nQ,a,b,c,D\n");
        var run = await _tiny.FitAsync("--skip-bad-rows");
        Assert.Equal(0, run.Code);
        Assert.Contains("left out: 2 rows that are not usable", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_tiny.Vector));
    }

    [Theory]
    [InlineData(true, "PASf,iPASa,iPASwo")]
    [InlineData(false, "PASf,iPASa")]
    public async Task ItemsThatAreAllRightOrAllWrongGiveNoVector(bool right, string methods)
    {
        AnswerAll(right);
        var run = await _tiny.FitAsync("--json", "--methods", methods);
        Assert.Equal((0, "no evidence"), (run.Code, (string)run.Json["verdict"]!));
        Assert.Contains("the vector is undefined", (string)run.Json["reasons"]![0]!, StringComparison.Ordinal);
        Assert.Contains("no vector is written", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_tiny.Vector));
        Assert.Equal(right ? 1.0 : 0.0, (double)run.Json["sites"]![0]!["train_accuracy"]!);
        Assert.Null((int?)run.Json["selected"]!["layer"]);
    }

    [Fact]
    public async Task ItemsThatAreAllWrongStillGiveTheVectorThatNeedsOnlyWrongOnes()
    {
        AnswerAll(right: false);
        var run = await _tiny.FitAsync("--json");
        Assert.Equal((0, "no evidence"), (run.Code, (string)run.Json["verdict"]!));
        Assert.True(File.Exists(_tiny.Vector));
        Assert.Equal((8, 0.0), ((int)(await _tiny.EvalAsync("--json")).Json["items"]!, (double)run.Json["effect"]!["points"]!));
    }

    [Fact]
    public async Task ThePaperProtocolDropsATaskWithoutWrongItems()
    {
        _tiny.EditWeights(weights => weights["lm_head.weight"].zero_());
        var first = ChoiceOrder.Permutation(new MultipleChoiceItem("Q", ["a", "b", "c"], 0), seed: 1, Protocol.Paper)[0];
        _tiny.WriteItems(Enumerable.Range(0, 30).Select(i => $"Which is it {TinyFolder.Word(i)}?,a,b,c,{"ABC"[first]}"));
        var before = _tiny.Contents();
        var run = await _tiny.FitAsync("--protocol", "paper");
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Equal("pas: error: method PASf has no vector; expected training items answered right and wrong; found accuracy 1 on training; use --protocol sound, which then reports the unsteered model", run.LastError);
        Assert.Equal(before, _tiny.Contents());
    }

    /// <summary>A model to which all letters are equally likely, so that it answers with the first, and items to which that is right, or wrong.</summary>
    private void AnswerAll(bool right)
    {
        _tiny.EditWeights(weights => weights["lm_head.weight"].zero_());
        _tiny.WriteItems(Enumerable.Range(0, 40).Select(i =>
        {
            var item = new MultipleChoiceItem($"Which is it {TinyFolder.Word(i)}?", ["a", "b", "c"], 0);
            var first = ChoiceOrder.Permutation(item, seed: 1, Protocol.Sound)[0];
            return $"{item.Question},a,b,c,{"ABC"[right ? first : (first + 1) % 3]}";
        }));
    }
}
