using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Tests.Hub;

namespace PainlessSteering.Tests.Cli.Commands;

/// <summary>The tool on models that are named as other programs name them, in made-up stores. Alone: the environment is the whole process's.</summary>
[Collection(nameof(DownloadCommandTests))]
public sealed class ModelNamesTests : IDisposable
{
    private static readonly string[] Variables = ["HOME", "HF_HUB_CACHE", "HF_ENDPOINT", "OLLAMA_MODELS", "LLAMA_CACHE"];
    private static readonly string Twin = Repository.PathOf("tests", "golden", "gguf", "families", "llama.gguf");

    private readonly Dictionary<string, string?> _before = Variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    private readonly TempFolder _home = new();
    private readonly HubServer _server = new();

    public ModelNamesTests()
    {
        Environment.SetEnvironmentVariable("HOME", _home.Path);
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _server.Cache.Path);
        Environment.SetEnvironmentVariable("HF_ENDPOINT", _server.Endpoint.ToString());
        Environment.SetEnvironmentVariable("OLLAMA_MODELS", _home.File("ollama"));
        Environment.SetEnvironmentVariable("LLAMA_CACHE", _home.File("llama"));
        var content = File.ReadAllBytes(Twin);
        Put("llama/o_n_twin-BF16.gguf", content);
        Put(".lmstudio/models/o/n/twin-BF16.gguf", content);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));
        Put($"ollama/blobs/sha256-{digest}", content);
        Put("ollama/manifests/registry.ollama.ai/library/twin/1b", JsonSerializer.SerializeToUtf8Bytes(new { layers = new[] { Layer("model", digest), Layer("template", digest) } }));
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        _server.Dispose();
        _home.Dispose();
    }

    [Theory]
    [InlineData("ollama:twin:1b", "note: ollama:twin:1b: of Ollama's model only the GGUF file is used, not its template\n")]
    [InlineData("lmstudio:o/n", "")]
    [InlineData("lmstudio:o/n/twin-BF16", "")]
    [InlineData("llamacpp:o/n:bf16", "")]
    [InlineData("llamacpp:o_n_twin-BF16.gguf", "")]
    public async Task EveryVerbTakesThem(string name, string note)
    {
        var byFile = await Pas.RunAsync("tokenize", "--model", Twin, "Hi");
        var byName = await Pas.RunAsync("tokenize", "--model", name, "Hi");
        Assert.Equal((0, byFile.Output, note), (byName.Code, byName.Output, byName.Error));
        byFile = await Pas.RunAsync("generate", "--model", Twin, "Hi", "--max-tokens", "3");
        byName = await Pas.RunAsync("generate", "--model", name, "Hi", "--max-tokens", "3");
        Assert.Equal((0, byFile.Output), (byName.Code, byName.Output));
        Assert.StartsWith(note, byName.Error, StringComparison.Ordinal);
        var show = await Pas.RunAsync("model", "show", "--model", name, "--json");
        Assert.Equal(0, show.Code);
    }

    [Fact]
    public async Task AFileOfTheHubIsFetchedAndUsedByItsName()
    {
        foreach (var label in new[] { "BF16", "Q4_K_M" })
        {
            _server.Files[$"twin-{label}.gguf"] = File.ReadAllBytes(Twin);
        }

        var missing = await Pas.RunAsync("tokenize", "--model", "tiny/model:BF16", "Hi");
        Assert.EndsWith("fetch it with 'pas download tiny/model:BF16'\n", missing.Error, StringComparison.Ordinal);
        var download = await Pas.RunAsync("download", "tiny/model:BF16");
        Assert.Equal(0, download.Code);
        Assert.Equal("twin-BF16.gguf", Path.GetFileName(download.Output.TrimEnd('\n')));
        Assert.Equal(["twin-BF16.gguf"], Directory.GetFiles(Path.GetDirectoryName(download.Output)!).Select(Path.GetFileName));
        Assert.Equal(0, (await Pas.RunAsync("tokenize", "--model", "hf.co/tiny/model:BF16", "Hi")).Code);
        var other = await Pas.RunAsync("tokenize", "--model", "tiny/model:Q8_0", "Hi");
        Assert.Equal("pas: error: tiny/model: a GGUF file of the quantisation Q8_0 is not in the Hugging Face cache; found BF16; fetch it with 'pas download tiny/model:Q8_0', or name one of these\n", other.Error);
        Assert.Contains("expected one of: BF16, Q4_K_M", (await Pas.RunAsync("download", "tiny/model:Q8_0")).Error, StringComparison.Ordinal);
        var both = await Pas.RunAsync("download", "tiny/model");
        Assert.Contains("note: twin-Q4_K_M.gguf was chosen of 2 GGUF files: BF16, Q4_K_M\n", both.Error, StringComparison.Ordinal);
        Assert.Contains("the revision is given twice", (await Pas.RunAsync("download", "tiny/model@v1", "--revision", "v2")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheListHasEveryModelAndWhatIsWrongWithTheRest()
    {
        var content = File.ReadAllBytes(Twin);
        Put("llama/cut.gguf", content[..(content.Length / 2)]);
        Put("llama/empty.gguf", []);
        using var source = ModelSource.Open(Twin);
        using var loaded = CausalLM.Load(source, LoadOptions.Fitting(source));
        Put("ollama/manifests/registry.ollama.ai/library/gone/1b", JsonSerializer.SerializeToUtf8Bytes(new { layers = new[] { Layer("model", new string('a', 64)) } }));
        Put("ollama/manifests/registry.ollama.ai/library/odd/1b", "{"u8.ToArray());
        var run = await Pas.RunAsync("model", "list", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var models = run.Json["models"]!.AsArray().ToDictionary(model => (string)model!["name"]!, model => model!);
        Assert.Equal(["ollama:gone:1b", "ollama:odd:1b", "ollama:twin:1b", "lmstudio:o/n/twin-BF16.gguf", "llamacpp:cut.gguf", "llamacpp:empty.gguf", "llamacpp:o_n_twin-BF16.gguf"], models.Keys);
        Assert.All(models.Where(model => model.Key.Contains("twin", StringComparison.Ordinal)), model =>
        {
            Assert.True((bool)model.Value["supported"]!);
            Assert.Equal("LlamaForCausalLM", (string)model.Value["architecture"]!);
            Assert.Equal("GGUF BF16", (string)model.Value["format"]!);
            Assert.Equal(content.Length, (int)model.Value["bytes"]!);
            Assert.Equal(loaded.WeightBytes, (long)model.Value["loaded_bytes"]!);
        });
        Assert.All(models.Where(model => !model.Key.Contains("twin", StringComparison.Ordinal)), model => Assert.False((bool)model.Value["supported"]!));
        foreach (var name in models.Where(model => (bool)model.Value["supported"]!).Select(model => model.Key))
        {
            Assert.Equal(0, (await Pas.RunAsync("tokenize", "--model", name, "Hi")).Code); // A listed name is one that --model takes.
        }

        var text = await Pas.RunAsync("model", "list");
        Assert.Equal(4, text.Output.Split('\n').Count(line => line.StartsWith("not usable: ", StringComparison.Ordinal)));
        Assert.Contains("lmstudio:o/n/twin-BF16.gguf", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheListHasFoldersOfTheHubAndPassesPipesAndLinksToNothing()
    {
        using var tiny = new TinyFolder();
        foreach (var file in Directory.GetFiles(tiny.Model))
        {
            _server.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        }

        Assert.Equal(0, (await Pas.RunAsync("download", HubServer.Name)).Code);
        File.CreateSymbolicLink(_home.File("llama/gone.gguf"), _home.File("nothing"));
        NamedPipe.Make(_home.File("llama/pipe.gguf"));
        var run = await Pas.RunAsync("model", "list", "--json");
        var models = run.Json["models"]!.AsArray().ToDictionary(model => (string)model!["name"]!, model => model!);
        var folder = models[HubServer.Name];
        Assert.Equal((true, "safetensors F32", new FileInfo(tiny.Weights).Length), ((bool)folder["supported"]!, (string)folder["format"]!, (long)folder["bytes"]!));
        Assert.False((bool)models["llamacpp:gone.gguf"]["supported"]!);
        Assert.False((bool)models["llamacpp:pipe.gguf"]["supported"]!);
        Assert.Contains("is a model of another program", (await Pas.RunAsync("download", "ollama:twin:1b")).Error, StringComparison.Ordinal);
    }

    private static JsonObject Layer(string kind, string digest) => new JsonObject { ["mediaType"] = $"application/vnd.ollama.image.{kind}", ["digest"] = $"sha256:{digest}" };

    private void Put(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_home.File(path))!);
        _home.Write(path, content);
    }
}
