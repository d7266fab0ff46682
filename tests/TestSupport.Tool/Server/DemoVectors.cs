using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Tests.Server;

/// <summary>Vector files for the demo model.</summary>
internal static class DemoVectors
{
    /// <summary>A vector with a grid, a test and a verdict, from a small fit on the demo's bias items.</summary>
    public static void WriteFitted(string path, CausalLM model, Tokenizer tokenizer)
    {
        var options = new FitOptions
        {
            Layers = FitOptions.DefaultLayers(model.Config),
            Sites = [SteeringSite.Residual, SteeringSite.SelfAttention],
            Strengths = [0.5, 1, 2, 4],
            MaxItems = 400,
        };
        var result = PasPipeline.Fit(model, tokenizer, Dataset.Load(DemoFolder.PathOf("bias.jsonl")), options);
        SafetensorsFormat.Write(path, FitArtifact.Make(result, "demo", "bias")!);
    }

    /// <summary>A vector of seeded random values that was never tested.</summary>
    public static SteeringVector Random(CausalLM model, int seed, double strength = 1)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, model.Config.HiddenSize).Select(_ => (float)(random.NextDouble() - 0.5))];
        var from = new SteeringProvenance("demo", model.Fingerprint, "iPASwo", "sound", seed, "bias.jsonl", "sha256:d", 6, 2, 2);
        return new SteeringVector(values, SteeringSite.All[seed % SteeringSite.All.Count], seed % model.Config.Layers, strength, (TokenRule)(seed % 2), from);
    }

    /// <summary>A vector that overflows.</summary>
    public static void WriteHuge(string path, CausalLM model)
    {
        var like = Random(model, 0);
        float[] values = [.. like.OnlyEdit!.Values.ToArray().Select(value => value * 1e38f)];
        SafetensorsFormat.Write(path, new SteeringVector(values, SteeringSite.Residual, 3, 1000, TokenRule.Last, like.Provenance));
    }

    /// <summary>Writes vectors <c>r0</c>, <c>r1</c>, …</summary>
    public static void WriteRandom(string folder, CausalLM model, int count, double strength = 4)
    {
        for (var seed = 0; seed < count; seed++)
        {
            SafetensorsFormat.Write(Path.Combine(folder, $"r{seed}.safetensors"), Random(model, seed, strength));
        }
    }
}
