using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PainlessSteering.Tests.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Cli;

/// <summary>A tiny model, a file of items, and a place for what the tool writes. Tests spoil what they like.</summary>
internal sealed class TinyFolder : IDisposable
{
    public const int ContextLength = 192;

    private readonly TempFolder _folder = new();
    private readonly TinyModelFolder _model;

    public TinyFolder(int seed = 7, int hiddenSize = 24)
    {
        _model = new TinyModelFolder(TinyModels.Llama with { HiddenSize = hiddenSize, ContextLength = ContextLength }, seed);
        WriteItems(Enumerable.Range(0, 40).Select(i => $"What goes with {Word(i)}?,ice,fire,snow,{"ABC"[i % 3]}"));
    }

    public string Path => _folder.Path;

    public string Model => _model.Path;

    public string Weights => ModelFile("model.safetensors");

    public string Items => File("items.csv");

    public string Vector => File("vector.safetensors");

    public string Picture => File("vector.svg");

    public string File(string name) => _folder.File(name);

    public string ModelFile(string name) => _model.File(name);

    /// <summary>A word for each number, of letters that the model's vocabulary has.</summary>
    public static string Word(int number) => $"{(char)('a' + (number / 20))}{(char)('a' + (number % 20))}";

    /// <summary>Writes items with three choices: question, A, B, C, answer.</summary>
    public void WriteItems(IEnumerable<string> rows) => _folder.Write("items.csv", string.Join('\n', rows.Prepend("question,A,B,C,answer")) + "\n");

    /// <summary>Changes a JSON file of the model.</summary>
    public void Edit(string name, Action<JsonObject> change) => _model.Edit(name, change);

    /// <summary>Changes the weights of the model.</summary>
    public void EditWeights(Action<Dictionary<string, Tensor>> change) => _model.EditWeights(change);

    /// <summary>The arguments of a quick fit that writes a vector; what is given comes first.</summary>
    public string[] FitArguments(params string[] given) => Completed(
        ["fit", .. given], ("--model", Model), ("--data", Items), ("--out", Vector), ("--placebos", "1"), ("--strengths", "1,4"), ("--threads", "2"));

    public Task<PasRun> FitAsync(params string[] given) => Pas.RunAsync(FitArguments(given));

    /// <summary>An evaluation of the folder's vector.</summary>
    public Task<PasRun> EvalAsync(params string[] given) => Pas.RunAsync(Completed(
        ["eval", .. given], ("--model", Model), ("--data", Items), ("--vector", Vector), ("--placebos", "1"), ("--threads", "2")));

    /// <summary>Runs the tool, which must refuse: exit code 1, one line on standard error, nothing on standard output, no file changed.</summary>
    /// <returns>The line.</returns>
    public Task<string> RefusedAsync(params string[] args) => RefusedAsync(1, args);

    /// <summary>The same of a command line whose words are wrong: exit code 2.</summary>
    /// <returns>The line.</returns>
    public Task<string> MisunderstoodAsync(params string[] args) => RefusedAsync(2, args);

    private async Task<string> RefusedAsync(int code, string[] args)
    {
        var before = Contents();
        var run = await Pas.RunAsync(args);
        Assert.Equal((code, ""), (run.Code, run.Output));
        Assert.Matches(@"\Apas: error: [^\n]+\n\z", run.Error);
        Assert.Equal(before, Contents());
        return run.Error;
    }

    /// <summary>Every file of the folder and its model, with a hash of its bytes.</summary>
    public IReadOnlyList<string> Contents() =>
        [.. new[] { Path, Model }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(file)))}")];

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private static string[] Completed(string[] given, params (string Option, string Value)[] defaults) =>
        [.. given, .. defaults.Where(pair => !given.Contains(pair.Option)).SelectMany(pair => new[] { pair.Option, pair.Value })];
}
