using System.Text.Json;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>
/// A golden: <c>golden.json</c> with prompts as token ids, <c>golden.safetensors</c> with what a reference computed from them. Of three kinds that differ in
/// what they have: models (logits, sites, steered logits, greedy continuations), adapters (logits, merged weights), quantised weights (logits, weights).
/// </summary>
internal sealed class GoldenFile : IDisposable
{
    private readonly SafeTensors _tensors;

    private GoldenFile(string path, JsonElement root, SafeTensors tensors)
    {
        _tensors = tensors;
        Path = path;
        Prompts = [.. root.GetProperty("prompts").EnumerateArray().Select(Prompt)];
        Spread = Number(root, "logit_std") ?? Number(root, "logits_std") ?? 0;
        Weights = Summaries(root, "weights");
        MergedWeights = Summaries(root, "merged_tensors");
    }

    /// <summary>Path of the JSON file.</summary>
    public string Path { get; }

    public IReadOnlyList<GoldenPrompt> Prompts { get; }

    /// <summary>Standard deviation of the logits; 0 where it is not said.</summary>
    public double Spread { get; }

    /// <summary>Weights as they are when they are dequantised, by name.</summary>
    public IReadOnlyDictionary<string, WeightSummary> Weights { get; }

    /// <summary>Weights as they are with the adapter, by name.</summary>
    public IReadOnlyDictionary<string, WeightSummary> MergedWeights { get; }

    /// <summary>Names of all tensors.</summary>
    public IEnumerable<string> Names => _tensors.Tensors.Keys;

    /// <summary>Opens a folder with a golden.</summary>
    /// <exception cref="PasException">A file is missing, or is no golden.</exception>
    public static GoldenFile Open(string folder)
    {
        var path = System.IO.Path.Combine(folder, "golden.json");
        if (!File.Exists(path))
        {
            throw new PasException("no golden", path, remedy: "give the folder of a golden.json and a golden.safetensors; samples/golden.py makes them") { Code = ErrorCodes.FileMissing };
        }

        var tensors = SafeTensors.Open(System.IO.Path.Combine(folder, "golden.safetensors"));
        try
        {
            FileKind.EnsureRegular(path);
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new GoldenFile(path, document.RootElement, tensors);
        }
        catch (Exception e) when (JsonTexts.IsFault(e) || e is KeyNotFoundException or FormatException)
        {
            tensors.Dispose();
            throw new PasException("not a golden", path, "'prompts' with 'ids', as samples/golden.py writes them", JsonTexts.Reason(e), inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }

    /// <summary>A prompt's tensor, float32, under either kind's name; null where there is none.</summary>
    /// <param name="name">Such as <c>logits</c>.</param>
    /// <param name="prompt">Number of the prompt.</param>
    public Tensor? Find(string name, int prompt) => Find($"{name}.{prompt}") ?? Find($"prompt{prompt}.{name}");

    /// <summary>A tensor, float32; null where there is none.</summary>
    public Tensor? Find(string name) => _tensors.Tensors.ContainsKey(name) ? _tensors.Load(name).to(ScalarType.Float32) : null;

    public void Dispose() => _tensors.Dispose();

    private static GoldenPrompt Prompt(JsonElement prompt, int index) => new(
        index,
        Ids(prompt.GetProperty("ids")) is { Length: > 0 } ids ? ids : throw new FormatException("a prompt without tokens"),
        prompt.TryGetProperty("text", out var text) ? text.GetString() : null,
        Number(prompt, "moved_by_1e-7_noise_in_embeddings") ?? 0,
        prompt.TryGetProperty("greedy", out var greedy) ? Ids(greedy) : [],
        prompt.TryGetProperty("steered", out var steered)
            ? steered.EnumerateObject().ToDictionary(site => site.Name, site => (site.Value.GetProperty("layer").GetInt32(), site.Value.GetProperty("strength").GetDouble()))
            : []);

    private static int[] Ids(JsonElement ids) => [.. ids.EnumerateArray().Select(id => id.GetInt32())];

    private static double? Number(JsonElement element, string key) => element.TryGetProperty(key, out var value) ? value.GetDouble() : null;

    private static Dictionary<string, WeightSummary> Summaries(JsonElement root, string key) =>
        root.TryGetProperty(key, out var weights) ? weights.EnumerateObject().ToDictionary(weight => weight.Name, weight => WeightSummary.Read(weight.Value)) : [];
}
