using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary><c>pas vector</c> on files: what comes back after a round trip, what is refused and why, and arithmetic.</summary>
public sealed class VectorCommandTests : IDisposable
{
    private readonly TinyModelFolder _model = new(TinyModels.Llama with { HiddenSize = 24 }, 7);
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task GgufGoesOutAndComesBack()
    {
        var vector = Write("v", SteeringSite.Residual, 1, 2.5, TokenRule.Last);
        await Done("vector", "export", vector, "--to", "gguf", "--positions", "all", "--out", _folder.File("v.gguf"));
        await Done("vector", "import", _folder.File("v.gguf"), "--model", _model.Path, "--out", _folder.File("back.safetensors"));
        var (before, after) = (SafetensorsFormat.Read(vector), SafetensorsFormat.Read(_folder.File("back.safetensors")));
        Assert.Equal(before.OnlyEdit!.Values.ToArray().Select(value => (float)(2.5 * value)), after.OnlyEdit!.Values.ToArray());
        Assert.Equal((SteeringSite.Residual, 1, 1.0, TokenRule.All), (after.OnlyEdit!.Site, after.OnlyEdit!.Layer, after.Strength, after.TokenRule));
        Assert.Equal(before.Provenance!.WeightsFingerprint, after.Provenance!.WeightsFingerprint);
    }

    [Fact]
    public async Task PlainSafetensorsKeepThePlace()
    {
        var vector = Write("v", SteeringSite.SelfAttention, 0, -2, TokenRule.Last);
        await Done("vector", "export", vector, "--to", "safetensors", "--out", _folder.File("plain.safetensors"));
        await Done("vector", "import", _folder.File("plain.safetensors"), "--model", _model.Path, "--out", _folder.File("back.safetensors"));
        var after = SafetensorsFormat.Read(_folder.File("back.safetensors"));
        Assert.Equal((SteeringSite.SelfAttention, 0, 1.0, TokenRule.Last), (after.OnlyEdit!.Site, after.OnlyEdit!.Layer, after.Strength, after.TokenRule));
        Assert.Equal(SafetensorsFormat.Read(vector).OnlyEdit!.Values.ToArray().Select(value => -2 * value), after.OnlyEdit!.Values.ToArray());
    }

    [Theory]
    [InlineData("residual", 0, TokenRule.All, "llama.cpp does not steer block 0")]
    [InlineData("self_attn", 1, TokenRule.All, "the same block's MLP would not see it, later blocks would; --site residual accepts that")]
    [InlineData("post_attention_layernorm", 1, TokenRule.All, "at the block's output it would be another intervention")]
    [InlineData("mlp", 1, TokenRule.All, "--model with the vector's model")]
    [InlineData("residual", 1, TokenRule.Last, "--positions all accepts that")]
    public async Task WhatGgufCannotSayIsRefusedWithWhatWouldChange(string site, int layer, TokenRule rule, string reason)
    {
        var vector = Write("v", SteeringSite.Parse(site), layer, 1, rule);
        var run = await Pas.RunAsync("vector", "export", vector, "--to", "gguf", "--out", _folder.File("v.gguf"));
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.Contains(reason, run.LastError, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("v.gguf")));
    }

    [Fact]
    public async Task SeveralAdditionsGoOutTogetherAndOtherEditsAreRefusedByName()
    {
        SteeringEdit Edit(int layer, string site, string operation, double strength = 1) =>
            new(layer, SteeringSite.Parse(site), SteeringOperation.Parse(operation), [.. Enumerable.Range(0, 24).Select(i => (float)(layer + i))], strength, operation == "set" ? 2.5 : null);
        var band = Write("band", Edit(1, "residual", "add", 0.25), Edit(2, "residual", "add", 0.75));
        await Done("vector", "export", band, "--to", "gguf", "--out", _folder.File("band.gguf"));
        using var written = ControlVectorFormat.Read(_folder.File("band.gguf"));
        var directions = written.Directions;
        Assert.Equal(["direction.1", "direction.2"], directions.Select(direction => direction.Name));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)(2 * 0.75 * (2 + i))), directions[1].Values);
        await Done("vector", "export", band, "--to", "safetensors", "--out", _folder.File("plain.safetensors"));
        using (var plain = PlainSafetensorsFormat.Read(_folder.File("plain.safetensors")))
        {
            Assert.Equal([1, 2], plain.Directions.Select(direction => direction.Layer!.Value).Order());
        }

        // And come back as one vector.
        await Done("vector", "import", _folder.File("plain.safetensors"), "--model", _model.Path, "--out", _folder.File("back.safetensors"));
        Assert.Equal([1, 2], SafetensorsFormat.Read(_folder.File("back.safetensors")).Edits.Select(edit => edit.Layer).Order());

        var ablating = Write("ablating", Edit(1, "residual", "ablate"));
        var mixed = Write("mixed", Edit(1, "residual", "add"), Edit(1, "mlp", "add"));
        Assert.Contains("the operation 'ablate'", (await Pas.RunAsync("vector", "export", ablating, "--to", "gguf", "--out", _folder.File("no.gguf"))).LastError, StringComparison.Ordinal);
        Assert.Contains("several sites", (await Pas.RunAsync("vector", "export", mixed, "--to", "safetensors", "--out", _folder.File("no.safetensors"))).LastError, StringComparison.Ordinal);
        Assert.Contains("found 2 edits (add) at layers 1, 2", (await Pas.RunAsync("vector", "add", band, band, "--out", _folder.File("no.safetensors"))).LastError, StringComparison.Ordinal);

        // What can be done with any vector.
        await Done("vector", "scale", band, "0.5", "--out", _folder.File("half.safetensors"));
        var half = SafetensorsFormat.Read(_folder.File("half.safetensors"));
        Assert.Equal((1.0, 0.25, 0.75), (half.Strength, half.Edits[0].Strength, half.Edits[1].Strength));
        var table = (await Done("inspect", band)).Output;
        Assert.Matches(@"add at residual of layer 1, strength 0\.25", table);
        using var json = System.Text.Json.JsonDocument.Parse((await Done("inspect", ablating, "--json")).Output);
        Assert.Equal("ablate", json.RootElement.GetProperty("edits")[0].GetProperty("operation").GetString());
        using var steered = System.Text.Json.JsonDocument.Parse((await Done("generate", "ab", "--model", _model.Path, "--vector", band, "--max-tokens", "3", "--json")).Output);
        Assert.Equal(2, steered.RootElement.GetProperty("vector").GetProperty("edits").GetArrayLength());
    }

    [Theory]
    [InlineData("gguf")]
    [InlineData("safetensors")]
    public async Task AConditionIsNotLostUnseen(string format)
    {
        var plain = SafetensorsFormat.Read(Write("v", SteeringSite.Residual, 1, 1, TokenRule.All));
        var vector = _folder.File("acting.safetensors");
        SafetensorsFormat.Write(vector, new SteeringVector(
            plain.OnlyEdit!.Values, plain.OnlyEdit!.Site, plain.OnlyEdit!.Layer, plain.Strength, plain.TokenRule, plain.Provenance, new SteeringCondition(plain.OnlyEdit!.Values, SteeringSite.Residual, 0, 0.5)));
        var run = await Pas.RunAsync("vector", "export", vector, "--to", format, "--out", _folder.File("out"));
        Assert.Equal(1, run.Code);
        Assert.Contains("every prompt would be steered; --prompts all accepts that", run.LastError, StringComparison.Ordinal);
        Assert.Contains("every prompt is steered", (await Done("vector", "export", vector, "--to", format, "--prompts", "all", "--out", _folder.File("out"))).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("self_attn")]
    public async Task WhatIsAcceptedIsWrittenAtTheBlocksOutput(string site)
    {
        var vector = Write("v", SteeringSite.Parse(site), 1, 3, TokenRule.All);
        var run = await Done("vector", "export", vector, "--to", "gguf", "--site", "residual", "--model", _model.Path, "--out", _folder.File("v.gguf"));
        Assert.Contains("the strength 3 is folded in", run.Output, StringComparison.Ordinal);
        using var written = ControlVectorFormat.Read(_folder.File("v.gguf"));
        Assert.Equal("direction.1", Assert.Single(written.Directions).Name);
    }

    [Fact]
    public async Task SeveralBlocksAreOneVectorOrOneFileEachInAFolder()
    {
        var path = _folder.File("many.gguf");
        PainlessSteering.Engine.Files.Gguf.GgufWriter.Write(path, [("general.architecture", "controlvector")], [("direction.1", new float[24]), ("direction.2", [.. Enumerable.Repeat(1f, 24)])]);
        var run = await Done("vector", "import", path, "--model", _model.Path, "--strength", "-2", "--out", _folder.File("o.safetensors"));
        Assert.Contains("2 edits (add) at layers 1, 2, strength -2, positions all", run.Output, StringComparison.Ordinal);
        var both = SafetensorsFormat.Read(_folder.File("o.safetensors"));
        Assert.Equal([(1, 1.0, 0f), (2, 1.0, 1f)], both.Edits.Select(edit => (edit.Layer, edit.Strength, edit.Values[0])));
        Assert.Equal(-2, both.Strength);
        await Done("vector", "import", path, "--model", _model.Path, "--layer", "2", "--out", _folder.File("o.safetensors"));
        Assert.Equal(2, SafetensorsFormat.Read(_folder.File("o.safetensors")).OnlyEdit!.Layer);
        await Done("vector", "import", path, "--model", _model.Path, "--out", _folder.Path);
        Assert.Equal(1, SafetensorsFormat.Read(_folder.File("many-1.safetensors")).OnlyEdit!.Layer);
    }

    [Fact]
    public async Task AVectorForAModelWithAnAdapterBelongsToBoth()
    {
        using var adapter = new Models.Adapters.TinyAdapter().Write();
        var path = _folder.File("one.gguf");
        PainlessSteering.Engine.Files.Gguf.GgufWriter.Write(path, [("general.architecture", "controlvector")], [("direction.1", [.. Enumerable.Repeat(1f, 24)])]);
        await Done("vector", "import", path, "--model", _model.Path, "--adapter", adapter.Path, "--out", _folder.File("o.safetensors"));
        using var adapted = AdaptedCheckpoint.Open(ModelSource.Open(_model.Path), adapter.Path);
        Assert.Equal(adapted.Fingerprint, SafetensorsFormat.Read(_folder.File("o.safetensors")).Provenance!.WeightsFingerprint);
    }

    [Fact]
    public async Task AFileThatDoesNotSayItsLayerNeedsIt()
    {
        var path = _folder.File("vector.safetensors");
        using (var values = TorchSharp.torch.ones(24))
        {
            SafeTensorsWriter.Write(path, new Dictionary<string, TorchSharp.torch.Tensor> { ["direction"] = values }, new Dictionary<string, string>());
        }

        var run = await Pas.RunAsync("vector", "import", path, "--model", _model.Path, "--out", _folder.File("o.safetensors"));
        Assert.Contains("the file does not say which block is steered; give --layer", run.LastError, StringComparison.Ordinal);
        await Done("vector", "import", path, "--model", _model.Path, "--layer", "1", "--site", "mlp", "--strength", "4", "--positions", "all", "--out", _folder.File("o.safetensors"));
        var vector = SafetensorsFormat.Read(_folder.File("o.safetensors"));
        Assert.Equal((SteeringSite.Mlp, 1, 4.0, TokenRule.All), (vector.OnlyEdit!.Site, vector.OnlyEdit!.Layer, vector.Strength, vector.TokenRule));
    }

    [Fact]
    public async Task ArithmeticWritesVectors()
    {
        var (a, b) = (Write("a", SteeringSite.Residual, 1, 2, TokenRule.Last), Write("b", SteeringSite.Residual, 1, 1, TokenRule.Last, seed: 4));
        await Done("vector", "add", a, b, "--weights", "1", "-0.5", "--out", _folder.File("sum.safetensors"));
        var (first, second, sum) = (SafetensorsFormat.Read(a), SafetensorsFormat.Read(b), SafetensorsFormat.Read(_folder.File("sum.safetensors")));
        Assert.Equal((float)((2.0 * first.OnlyEdit!.Values[5]) - (0.5 * second.OnlyEdit!.Values[5])), sum.OnlyEdit!.Values[5], 1e-6f);
        await Done("vector", "scale", a, "-0.5", "--out", _folder.File("scaled.safetensors"));
        Assert.Equal(-1, SafetensorsFormat.Read(_folder.File("scaled.safetensors")).Strength);
        await Done("vector", "project", a, "--onto", b, "--remove", "--out", _folder.File("rest.safetensors"));
        var run = await Done("vector", "compare", b, _folder.File("rest.safetensors"), "--json");
        Assert.Equal(0, run.Json["cosines"]![0]![1]!.GetValue<double>(), 6);
        Assert.Contains("cos 2", (await Done("vector", "compare", a, b)).Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private static async Task<PasRun> Done(params string[] args)
    {
        var run = await Pas.RunAsync(args);
        Assert.True(run.Code == 0, run.Error);
        return run;
    }

    private string Write(string name, params SteeringEdit[] edits)
    {
        var path = _folder.File(name + ".safetensors");
        SafetensorsFormat.Write(path, new SteeringVector(edits, 2, TokenRule.All, SafetensorsFormat.Read(Write(name, SteeringSite.Residual, 1, 1, TokenRule.All)).Provenance));
        return path;
    }

    private string Write(string name, SteeringSite site, int layer, double strength, TokenRule rule, int seed = 3)
    {
        using var checkpoint = ModelSource.Open(_model.Path).Weights;
        var random = new Random(seed);
        var path = _folder.File(name + ".safetensors");
        var provenance = new SteeringProvenance("tiny", checkpoint.Fingerprint, "iPASwo", "sound", 1, "quiz.csv", "sha256:d", 6, 2, 2);
        SafetensorsFormat.Write(path, new SteeringVector([.. Enumerable.Range(0, 24).Select(_ => (float)random.NextDouble())], site, layer, strength, rule, provenance));
        return path;
    }
}
