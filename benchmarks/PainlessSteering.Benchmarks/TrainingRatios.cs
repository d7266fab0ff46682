using System.Globalization;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Benchmarks;

/// <summary>
/// Steps of fine-tuning over forward passes of the same tokens, 16 prompts of 128 tokens of a model of random weights: one of each in turn, in seconds of
/// processor time, which on a busy machine change less than those of the clock.
/// </summary>
internal static class TrainingRatios
{
    private const int Prompts = 16, PromptTokens = 128, RowsPerBatch = 512, Repeats = 3;

    /// <summary>Prints a line for each type, length to learn and number of blocks whose activations are kept at once.</summary>
    /// <param name="types">Some of f32 and bf16.</param>
    /// <param name="learned">Tokens to learn of each prompt.</param>
    /// <param name="groups">Blocks at once; 0 for all.</param>
    public static void Run(IEnumerable<string> types, int[] learned, int[] groups)
    {
        Console.WriteLine("type  learned  blocks  forward ms  step ms  ratio (median of neighbours, lowest to highest)");
        var shape = RandomShapes.Find("125m");
        foreach (var type in types)
        {
            var load = new LoadOptions { DataType = type == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32 };
            using CausalLM plain = CausalLM.Random(shape, seed: 1, load), model = CausalLM.Random(shape, seed: 1, load);
            using var lora = new LoraModel(model, new SftOptions());
            foreach (var tokens in learned)
            {
                var batches = Batches(tokens);
                foreach (var blocks in groups)
                {
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type,-5} {tokens,7} {(blocks == 0 ? "all" : blocks),7} {Measure(plain, lora, batches, blocks)}"));
                }
            }
        }
    }

    private static string Measure(CausalLM plain, LoraModel lora, IReadOnlyList<TrainingBatch> batches, int blocks)
    {
        var engine = EngineOptions.Default;
        var step = new StepGradients(lora, Keeping(blocks, lora, batches[0]), engine);
        var times = Enumerable.Range(0, Repeats + 1).Select(_ => (
            Forward: Seconds(() => new Workers(plain.Device, engine.Threads).Run(batches.Count, i => plain.ForwardAll(batches[i].Packed, batches[i].LeavesOnly))),
            Step: Seconds(() => step.Of(batches, seed: 1, default)))).Skip(1).ToArray();
        double[] ratios = [.. times.Select(time => time.Step / time.Forward).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{1e3 * Median.Of(times.Select(time => time.Forward)),11:0} {1e3 * Median.Of(times.Select(time => time.Step)),8:0}  {Median.Of(ratios):0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})");
    }

    private static double Seconds(Action run)
    {
        using var scope = NewDisposeScope();
        var before = Environment.CpuUsage.TotalTime;
        run();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static IReadOnlyList<TrainingBatch> Batches(int learned)
    {
        var random = new Random(1);
        return TrainingBatch.Plan(
            [.. Enumerable.Range(0, Prompts).Select(_ => new SftExample([.. Enumerable.Range(0, PromptTokens + 1).Select(_ => random.Next(32000))], PromptTokens + 1 - learned))], Prompts, RowsPerBatch);
    }

    /// <summary>Just memory enough for so many blocks.</summary>
    private static TrainingMemory Keeping(int blocks, LoraModel lora, TrainingBatch batch)
    {
        var memory = TrainingMemory.Unbounded(RowsPerBatch) with { Activations = blocks == 0 ? long.MaxValue : 1 };
        while (memory.Blocks(lora, batch.Packed) < blocks)
        {
            memory = memory with { Activations = memory.Activations + (1 << 20) };
        }

        return memory;
    }
}
