using System.Text.Json;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class DataCommandTests : IDisposable
{
    private const string Items = "question,A,B,C,answer,family\nWhich is warm?,ice,fire,snow,B,f\nWhich is cold?,ice,fire,[red]lava[/],A,f\nWhich is red?,ice,fire,snow,B,g\n";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task CheckShowsWhatWasUnderstood()
    {
        var (code, output, error) = await Pas.RunAsync("data", "check", _folder.Write("items.csv", Items), "--group", "family");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"question +│ question +│ text", output);
        Assert.Matches(@"choices +│ A, B, C +│ one choice each", output);
        Assert.Matches(@"answer +│ answer +│ labels of the choices", output);
        Assert.Matches(@"group +│ family +│ equal values stay in one split", output);
        Assert.Contains("3 items: 3 with 3 choices", output, StringComparison.Ordinal);
        Assert.Matches(@"│ B +│ 2 +│ 66\.7% │", output);
        Assert.Contains("always answering B scores 66.7%, guessing 33.3%", output, StringComparison.Ordinal);
        Assert.Contains("3 items in 2 groups, the largest of 2", output, StringComparison.Ordinal);
        Assert.Contains("Respond with a single letter.", output, StringComparison.Ordinal);
        Assert.Contains("statement: Which is warm? fire", output, StringComparison.Ordinal);
        Assert.Contains("[red]lava[/]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadRowsAreListedAndFailUnlessSkipped()
    {
        var path = _folder.Write("items.csv", Items + string.Concat(Enumerable.Range(0, 25).Select(i => $"Q{i},a,b,b,A,f\n")));
        var (code, output, error) = await Pas.RunAsync("data", "check", path);
        Assert.Equal(1, code);
        Assert.Equal($"pas: error: {path}: 25 of 28 rows are not usable; mend them or leave them out with --skip-bad-rows\n", error);
        Assert.Contains("25 rows are not usable, the first 20:", output, StringComparison.Ordinal);
        Assert.Matches(@"│ 4 +│ C +│ two choices are the same │ different texts │ ""b""", output);
        Assert.Matches(@"│ 23 +│", output);
        Assert.DoesNotMatch(@"│ 24 +│", output);

        Assert.Equal(0, (await Pas.RunAsync("data", "check", path, "--skip-bad-rows")).Code);
    }

    [Fact]
    public async Task JsonIsOneDocument()
    {
        var (code, output, _) = await Pas.RunAsync("data", "check", _folder.Write("items.csv", Items), "--json", "--context", "family", "--choices", "A,B", "--answer", "A");
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal(0, code);
        Assert.Equal("A", root.GetProperty("columns").GetProperty("answer").GetString());
        Assert.Equal("text", root.GetProperty("answer_form").GetString());
        Assert.Equal(3, root.GetProperty("summary").GetProperty("items").GetInt32());
        Assert.Equal(3, root.GetProperty("summary").GetProperty("choice_counts").GetProperty("2").GetInt32());
        Assert.Equal("Which is warm?\nA: ice\nB: fire\nRemember, f.\nRespond with a single letter.\nAnswer:", root.GetProperty("prompts")[0].GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task AFileWithoutUsableRowsFailsEvenWhenSkipping()
    {
        var (code, _, error) = await Pas.RunAsync("data", "check", _folder.Write("items.csv", "question,A,B,answer\nQ,a,a,A\n"), "--skip-bad-rows");
        Assert.Equal(1, code);
        Assert.Contains("1 of 1 rows are not usable", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataCannotCommandTheTerminal()
    {
        var (_, output, _) = await Pas.RunAsync("data", "check", _folder.Write("items.jsonl", """{"question":"\u001b[31mQ","choices":["a","b"],"answer":0}"""));
        Assert.Contains("\uFFFD[31mQ", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task ErrorsAreOneLine()
    {
        var (code, output, error) = await Pas.RunAsync("data", "check", _folder.File("nothing.csv"));
        Assert.Equal((1, ""), (code, output));
        Assert.Matches(@"^pas: error: .*nothing\.csv: there is no such file; [^\n]*\n$", error);
    }

    [Fact]
    public async Task HelpTeachesWithAnExample()
    {
        var (code, output, _) = await Pas.RunAsync("data", "check", "--help");
        Assert.Equal(0, code);
        Assert.Contains("Which is warm?,ice,fire,snow,B", output, StringComparison.Ordinal);
        Assert.Contains("--sql \"select ", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
