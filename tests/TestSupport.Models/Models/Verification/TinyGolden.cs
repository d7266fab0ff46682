using System.Security.Cryptography;
using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models.Verification;

/// <summary>A golden of a tiny model, made by loops in float64, in every form that a golden can have.</summary>
internal sealed class TinyGolden : IDisposable
{
    private const int SteeredLayer = 1, Continued = 5;
    private static readonly (string Name, HookPoint Point)[] Sites =
        [("residual", HookPoint.BlockOutput), ("self_attn", HookPoint.AttentionOutput), ("post_attention_layernorm", HookPoint.MlpInput), ("mlp", HookPoint.MlpOutput)];

    private readonly TempFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public TinyGolden(string model)
    {
        using var loaded = CausalLM.Load(model);
        int[][] prompts = [TinyModels.Tokens(1, 1), TinyModels.Tokens(2, 9)];
        Json = new
        {
            logit_std = 2.5,
            prompts = prompts.Select((ids, i) => Prompt(loaded, ids, i)).ToArray(),
            weights = loaded.Weights.Where(weight => weight.Key.Contains("mlp", StringComparison.Ordinal)).ToDictionary(weight => weight.Key, weight => Summary(weight.Value)),
        };
        Write();
    }

    public string Path => _folder.Path;

    public Dictionary<string, Tensor> Tensors { get; } = [];

    private object Json { get; }

    public void Write()
    {
        SafeTensorsWriter.Write(_folder.File("golden.safetensors"), Tensors, new Dictionary<string, string>());
        _folder.Write("golden.json", JsonSerializer.Serialize(Json).Replace("noise", "moved_by_1e-7_noise_in_embeddings", StringComparison.Ordinal));
    }

    /// <summary>Changes the JSON file as text.</summary>
    public void Replace(string old, string changed)
    {
        var text = File.ReadAllText(_folder.File("golden.json"));
        Assert.Contains(old, text, StringComparison.Ordinal);
        _folder.Write("golden.json", text.Replace(old, changed, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private object Prompt(CausalLM model, int[] ids, int index)
    {
        var loops = new PlainLoops(model);
        var hidden = model.Config.HiddenSize;
        Tensors[$"logits.{index}"] = tensor(ids.SelectMany((_, i) => loops.Logits(ids[..(i + 1)])).Select(logit => (float)logit).ToArray()).view(ids.Length, -1);
        foreach (var (site, point) in Sites)
        {
            Tensors[$"{site}.{index}"] = stack(Enumerable.Range(0, model.Config.Layers).Select(layer => Numbers(loops.Seen[(layer, point)][^1])));
            var vector = Enumerable.Range(0, hidden).Select(i => Math.Sin(i + (int)point)).ToArray();
            Tensors[$"vector.{site}.{index}"] = Numbers(vector);
            var steered = new PlainLoops(model) { Edit = (place, x) => place == (SteeredLayer, point, ids.Length - 1) ? [.. x.Zip(vector, (a, b) => a + (2 * b))] : x };
            Tensors[$"steered.{site}.{index}"] = Numbers(steered.Logits(ids));
        }

        List<int> all = [.. ids];
        for (var i = 0; i < Continued; i++)
        {
            var logits = loops.Logits([.. all]);
            all.Add(Array.IndexOf(logits, logits.Max()));
        }

        return new
        {
            ids,
            noise = 1e-6,
            greedy = all[^Continued..],
            steered = Sites.ToDictionary(site => site.Name, _ => new { layer = SteeredLayer, strength = 2.0 }),
        };
    }

    private static object Summary(Tensor weight)
    {
        var numbers = weight.data<float>().ToArray();
        return new
        {
            weight.shape,
            sum = numbers.Sum(number => (double)number),
            sum_of_squares = numbers.Sum(number => (double)number * number),
            first = numbers[..4],
            last = numbers[^4..],
            sha256 = Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(numbers))),
        };
    }

    private static Tensor Numbers(double[] numbers) => tensor(numbers.Select(number => (float)number).ToArray());
}
