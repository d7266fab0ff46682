namespace PainlessSteering.Tests.Cli;

/// <summary>The tool on a small real model, by its bare letters, and on benchmark files as they were published, with no code written for any of them.</summary>
public sealed class RealFilesTests
{
    [Theory]
    [InlineData("arc_challenge/test.hf_columns.jsonl.gz")]
    [InlineData("truthfulqa/mc1_817.json.gz")]
    [InlineData("bbq/Age.jsonl.gz", "--sql", "select 'Context: ' || context || chr(10) || 'Question: ' || question as question, [ans0, ans1, ans2] as choices, label as answer, question_index as group from data")]
    [InlineData("ethics/deontology/deontology_test.csv.gz", "--sql", "select 'Scenario: ' || scenario || chr(10) || 'Response: ' || excuse as question, ['Yes', 'No'] as choices, 1 - label::int as answer from data")]
    public async Task AFitGivesAVerdict(string file, params string[] columns)
    {
        var run = await FitAsync(file, ["--skip-bad-rows", .. columns]);
        Assert.Equal(0, run.Code);
        Assert.Contains((string)run.Json["verdict"]!, new[] { "helps", "hurts", "no evidence" });
        Assert.NotEmpty(run.Json["reasons"]!.AsArray());
        Assert.Equal(40, run.Json["sizes"]!.AsArray().Sum(size => (int)size!));
        Assert.Equal([(3, 1.0), (3, 4.0), (2, 1.0), (2, 4.0)], run.Json["sites"]![0]!["grid"]!.AsArray().Select(cell => ((int)cell!["layer"]!, (double)cell["strength"]!)));
    }

    [Fact]
    public async Task StoriesLongerThanTheContextAreAnErrorOrLeftOut()
    {
        string[] columns = ["--sql", "select input as question, ['Yes', 'No'] as choices, label as answer from data"];
        var run = await FitAsync("ethics/commonsense/cm_test.csv.gz", columns);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(@"\A\{""error"":\{""code"":""too_long"",.*\}\}\npas: error: .*cm_test\.csv\.gz, item \d+: a prompt is longer than the model's context; expected at most 512 tokens; found \d+; .*\n\z", run.Error);

        run = await FitAsync("ethics/commonsense/cm_test.csv.gz", [.. columns, "--skip-bad-rows"]);
        Assert.Equal(0, run.Code);
        Assert.InRange((int)run.Json["left_out"]!, 100, 3000);
        Assert.Equal(40, run.Json["sizes"]!.AsArray().Sum(size => (int)size!));
    }

    /// <summary>Its vocabulary has no piece for a letter and the blank before it.</summary>
    [Fact]
    public async Task AVocabularyWithoutTheLettersIsToldOfTexts()
    {
        var run = await Pas.RunAsync("fit", "--model", Shared.PathOf("models", "stories260K"), "--data", Shared.PathOf("data", "arc_challenge", "test.hf_columns.jsonl.gz"), "--max-items", "40", "--skip-bad-rows");
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Matches(
            @"\Apas: error: .*test\.hf_columns\.jsonl\.gz, item \d+: the tokenizer does not go on from the prompt with the letter 'A' as one token; expected one more behind its \d+ tokens; found 2 more; let the texts of the choices answer, with --scorer text\n\z",
            run.Error);
    }

    private static Task<PasRun> FitAsync(string file, string[] columns) => Pas.RunAsync(
    [
        "fit", "--model", Shared.PathOf("models", "stories260K"), "--data", Shared.PathOf(["data", .. file.Split('/')]), "--max-items", "40", "--layers", "2,3",
        "--strengths", "1,4", "--placebos", "1", "--protocol", "paper", "--json", .. columns,
    ]);
}
