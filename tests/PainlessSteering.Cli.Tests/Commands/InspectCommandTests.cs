using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFittedVectorTellsItsFit()
    {
        var path = await Fit();
        var (code, output, error) = await Pas.RunAsync("inspect", path);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"data +│ quiz\.csv", output);
        Assert.Matches(@"split +│ 24 training, 8 validation, 8 test items", output);
        Assert.Matches(@"iPASwo +│", output);
        Assert.Matches(@"(?m)^(NO EVIDENCE|HELPS|HURTS): ", output);
        Assert.Contains("Rows: layers; columns: strengths.", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^2 [ +\-\d.\[\]]+$", output);
    }

    [Fact]
    public async Task TheFileHoldsTheWholeResultButForPredictions()
    {
        var path = await Fit();
        using var fit = JsonDocument.Parse(_fitted!);
        using var inspected = JsonDocument.Parse((await Pas.RunAsync("inspect", path, "--json")).Output);
        var provenance = inspected.RootElement.GetProperty("provenance");
        foreach (var key in new[] { "methods", "selected", "effect", "placebos", "best_constant_letter", "verdict", "reasons", "report", "test_items" })
        {
            Assert.Equal(fit.RootElement.GetProperty(key).ToString(), Compact(provenance.GetProperty("evaluation").GetProperty(key), fit.RootElement.GetProperty(key)));
        }

        var stored = FitArtifact.Result(SafetensorsFormat.Read(path))!;
        var site = fit.RootElement.GetProperty("sites")[0];
        Assert.Equal(site.GetProperty("grid").GetArrayLength(), stored.Sites[0].Grid.Count);
        Assert.Equal(site.GetProperty("grid")[1].GetProperty("val_accuracy").GetProperty("PASf").GetDouble(), stored.Sites[0].Grid[1].ValAccuracy["PASf"]);
        Assert.NotEqual(0, site.GetProperty("train_predictions").GetArrayLength());
        Assert.Empty(stored.Sites[0].TrainPredictions);
        Assert.Empty(stored.Sites[0].Grid[0].ValPredictions);
        Assert.Equal(site.GetProperty("best").EnumerateObject().Select(best => best.Name).Order(), stored.Sites[0].Best.Keys.Order());
    }

    [Fact]
    public async Task WithItsModelTheTokensItPointsToAreShown()
    {
        var path = TinyVector.Write(_folder);
        using var json = JsonDocument.Parse((await Pas.RunAsync("inspect", path, "--model", _folder.Path, "--json")).Output);
        using var lens = LogitLens.Load(ModelSource.Open(_folder.Path));
        var logits = lens.Read(SafetensorsFormat.Read(path).OnlyEdit!.Values);
        var order = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ToArray();
        int[] Ids(string end) => [.. json.RootElement.GetProperty(end).EnumerateArray().Select(token => token.GetProperty("id").GetInt32())];
        Assert.Equal(order[..15], Ids("promoted"));
        Assert.Equal(order.Reverse().Take(15), Ids("suppressed"));
        var first = json.RootElement.GetProperty("promoted")[0];
        Assert.Equal(TinyModelFolder.Tokenizer.Piece(order[0]), first.GetProperty("token").GetString());
        Assert.Equal(logits[order[0]], first.GetProperty("logit").GetSingle());
        Assert.True(json.RootElement.GetProperty("norm").GetDouble() > 1);

        var (code, output, error) = await Pas.RunAsync("inspect", path, "--model", _folder.Path);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"promotes +│ logit +│ suppresses +│ logit", output);
        Assert.Contains(FormattableString.Invariant($"{logits[order[^1]]:0.00}"), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherModelIsRefusedUnlessForced()
    {
        var path = TinyVector.Write(_folder, fingerprint: "sha256:other");
        var (code, output, error) = await Pas.RunAsync("inspect", path, "--model", _folder.Path);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("fitted on other weights", error, StringComparison.Ordinal);
        Assert.Equal(0, (await Pas.RunAsync("inspect", path, "--model", _folder.Path, "--force")).Code);
        Assert.Equal(0, (await Pas.RunAsync("inspect", path)).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sites": [], "verdict": "helps"}""")]
    public async Task AnEvaluationOfAnotherShapeIsOneLine(string evaluation)
    {
        using var document = JsonDocument.Parse(evaluation);
        var path = TinyVector.Write(_folder, evaluation: document.RootElement);
        var (code, output, error) = await Pas.RunAsync("inspect", path);
        Assert.Equal(1, code);
        Assert.Matches(@"site, layer +│ residual, 1", output);
        Assert.Matches(@"^pas: error: key 'evaluation' in __metadata__: the vector's evaluation cannot be read; [^\n]*\n$", error);
        Assert.Equal(0, (await Pas.RunAsync("inspect", path, "--json")).Code);
    }

    private string? _fitted;

    /// <summary>Fits a small grid, of which nothing good is to be expected.</summary>
    private async Task<string> Fit()
    {
        var data = _folder.File("quiz.csv");
        await File.WriteAllTextAsync(data, "question,A,B,answer\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"Is {(char)('a' + (i % 26))}{(char)('a' + (i / 3))} so?,yes,no,{"AB"[i % 2]}\n")));
        var path = _folder.File("fitted.safetensors");
        var (code, output, error) = await Pas.RunAsync(
            "fit", "--model", _folder.Path, "--data", data, "--layers", "1,2", "--strengths", "1,4", "--placebos", "1", "--out", path, "--json", "--threads", "1");
        Assert.True(code == 0, error);
        _fitted = output;
        return path;
    }

    // Both documents say the same with other white space.
    private static string Compact(JsonElement actual, JsonElement expected) =>
        JsonElement.DeepEquals(actual, expected) ? expected.ToString() : actual.ToString();
}
