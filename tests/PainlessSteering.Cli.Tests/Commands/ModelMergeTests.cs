using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Models.Adapters;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>A merged folder is the model with its adapter, number by number.</summary>
public sealed class ModelMergeTests : IDisposable
{
    private readonly TinyFolder _tiny = new();
    private readonly TinyAdapter _adapter = new TinyAdapter().Write();
    private readonly string _merged;

    public ModelMergeTests() => _merged = _tiny.File("merged");

    public void Dispose()
    {
        _tiny.Dispose();
        _adapter.Dispose();
    }

    [Fact]
    public async Task AFitOnTheMergedFolderEqualsAFitWithTheAdapter()
    {
        var merge = await Pas.RunAsync("model", "merge", "--model", _tiny.Model, "--adapter", _adapter.Path, "--out", _merged);
        Assert.Equal(0, merge.Code);
        Assert.Contains("6 weights changed", merge.Error, StringComparison.Ordinal);
        var adapted = await _tiny.FitAsync("--json", "--adapter", _adapter.Path, "--sites", "residual,mlp", "--out", _tiny.File("a.safetensors"));
        var merged = await _tiny.FitAsync("--json", "--model", _merged, "--sites", "residual,mlp", "--out", _tiny.File("b.safetensors"));
        var plain = await _tiny.FitAsync("--json", "--sites", "residual,mlp", "--out", _tiny.File("c.safetensors"));
        Assert.NotEqual(Numbers(plain), Numbers(adapted)); // The adapter does something.
        Assert.Equal(Numbers(adapted), Numbers(merged));
        Assert.Equal(Values("a.safetensors"), Values("b.safetensors"));
        Assert.NotEqual(adapted.Json["model_fingerprint"]!.GetValue<string>(), merged.Json["model_fingerprint"]!.GetValue<string>());
    }

    [Fact]
    public void TheFolderIsCompleteAndHoldsNothingElse()
    {
        File.WriteAllText(_tiny.ModelFile("README.md"), "hello");
        File.WriteAllText(_tiny.ModelFile("pytorch_model.bin"), "a pickle");
        Assert.Equal(6, ModelMerge.Run(_tiny.Model, _adapter.Path, _merged + "/"));
        Assert.Equal(["README.md", "config.json", "model.safetensors", "tokenizer.json"], Names(_merged));
        Assert.Equal(File.ReadAllBytes(_tiny.ModelFile("tokenizer.json")), File.ReadAllBytes(Path.Combine(_merged, "tokenizer.json")));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_tiny.Path), entry => entry.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void ShardsStayShards()
    {
        var map = new JsonObject();
        using (var model = CausalLM.Load(_tiny.Model))
        {
            foreach (var shard in model.Weights.GroupBy(weight => weight.Key.Contains("layers.1", StringComparison.Ordinal) ? "model-00002-of-00002.safetensors" : "model-00001-of-00002.safetensors"))
            {
                SafeTensorsWriter.Write(_tiny.ModelFile(shard.Key), shard.ToDictionary(), new Dictionary<string, string> { ["format"] = "pt" });
                foreach (var (name, _) in shard)
                {
                    map[name] = shard.Key;
                }
            }
        }

        File.Delete(_tiny.Weights);
        File.WriteAllText(_tiny.ModelFile("model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
        ModelMerge.Run(_tiny.Model, _adapter.Path, _merged);
        Assert.Equal(Names(_tiny.Model), Names(_merged));
        using var adapted = CausalLM.Load(_tiny.Model, new LoadOptions { Adapter = _adapter.Path });
        using var merged = CausalLM.Load(_merged);
        Assert.All(adapted.Weights, weight => Assert.True(weight.Value.Equals(merged.Weights[weight.Key])));
    }

    [Fact]
    public async Task AFolderWithContentIsNotReplaced()
    {
        var error = await _tiny.RefusedAsync("model", "merge", "--model", _tiny.Model, "--adapter", _adapter.Path, "--out", _tiny.Model);
        Assert.Contains("a new or empty folder", error, StringComparison.Ordinal);
        error = await _tiny.RefusedAsync("model", "merge", "--model", _tiny.Model, "--adapter", _adapter.Path, "--out", _tiny.File("none/merged"));
        Assert.Contains("create the folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureLeavesNothingBehind()
    {
        _adapter.Tensors[_adapter.Tensors.Keys.First()].fill_(float.PositiveInfinity);
        _adapter.Write();
        Assert.Contains("not finite", await _tiny.RefusedAsync("model", "merge", "--model", _tiny.Model, "--adapter", _adapter.Path, "--out", _merged), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_merged));
    }

    private static string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Everything that the fit found but who it was and how long it took.</summary>
    private static string Numbers(PasRun run)
    {
        Assert.Equal(0, run.Code);
        var document = run.Json.AsObject();
        document.Remove("seconds");
        document.Remove("model_fingerprint");
        return document.ToJsonString();
    }

    private float[] Values(string name) => PainlessSteering.Vectors.Formats.SafetensorsFormat.Read(_tiny.File(name)).OnlyEdit!.Values.ToArray();
}
