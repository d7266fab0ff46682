namespace PainlessSteering.Tests.Cli;

/// <summary>A pipe without a writer does not hold the tool up, and a device without an end is not read.</summary>
public sealed class SpecialFileTests : IDisposable
{
    private readonly TinyFolder _tiny = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("data.csv", "data check FILE")]
    [InlineData("data.csv.gz", "data check FILE")]
    [InlineData("data.parquet", "fit --model MODEL --data FILE")]
    [InlineData("pairs.jsonl", "fit --model MODEL --data ITEMS --prompt-pairs FILE")]
    [InlineData("prompts.jsonl", "fit --model MODEL --data ITEMS --condition FILE")]
    [InlineData("model.gguf", "generate hi --model FILE")]
    [InlineData("model", "generate hi --model FILE")]
    [InlineData("v.safetensors", "inspect FILE")]
    [InlineData("v.safetensors", "eval --model MODEL --data ITEMS --vector FILE")]
    [InlineData("v.pt", "vector import FILE --model MODEL --layer 1 --out never")]
    [InlineData("v.safetensors", "vector scale FILE 2 --out never")]
    [InlineData("study.yaml", "study run FILE --out never")]
    [InlineData("keys", "serve --model MODEL --api-key-file FILE")]
    public async Task IsNoInput(string name, string line)
    {
        foreach (var (file, kind) in new[] { (NamedPipe.Make(_folder.File(name)), "a pipe; write what it gives into a file"), (Device(name), "a device") })
        {
            string[] args = [.. line.Split(' ').Select(word => word switch { "FILE" => file, "MODEL" => _tiny.Model, "ITEMS" => _tiny.Items, "never" => _folder.File("never"), _ => word })];
            var run = await Pas.RunAsync(args).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal((1, $"{file}: cannot read the file; expected a regular file; found {kind}"), (run.Code, run.LastError["pas: error: ".Length..]));
            Assert.False(Path.Exists(_folder.File("never")));
        }
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("chat_template.jinja")]
    public async Task IsNoPartOfAModel(string name)
    {
        if (name.EndsWith("index.json", StringComparison.Ordinal))
        {
            File.Delete(_tiny.Weights);
        }

        var pipe = NamedPipe.Make(_tiny.ModelFile(name));
        var run = await Pas.RunOnAsync("""[{"role":"user","content":"x"}]""", name.EndsWith("jinja", StringComparison.Ordinal) ? ["template", "--model", _tiny.Model] : ["generate", "hi", "--model", _tiny.Model])
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((1, $"pas: error: {pipe}: cannot read the file; expected a regular file; found a pipe; write what it gives into a file"), (run.Code, run.LastError));
        File.Delete(pipe);
    }

    [Fact]
    public async Task IsNoOutput()
    {
        var pipe = NamedPipe.Make(_folder.File("v.safetensors"));
        var run = await _tiny.FitAsync("--out", pipe);
        Assert.Equal((1, $"pas: error: {pipe}: cannot write the file; expected a regular file; found a pipe, which the rename would replace"), (run.Code, run.LastError));
    }

    /// <summary>/dev/zero by a name with the ending.</summary>
    private string Device(string name)
    {
        var link = _folder.File("zero." + name);
        File.CreateSymbolicLink(link, "/dev/zero");
        return link;
    }
}
