using BenchmarkDotNet.Attributes;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Models;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Benchmarks;

/// <summary>One step of fine-tuning against a forward pass of the same tokens: 16 prompts of 128 tokens, four wide blocks.</summary>
public class TrainingBenchmarks : IDisposable
{
    private CausalLM _plain = null!, _model = null!;
    private LoraModel _lora = null!;
    private IReadOnlyList<TrainingBatch> _batches = null!;
    private StepGradients _whole = null!, _parts = null!;
    private EngineOptions _engine = null!;

    /// <summary>Type computed in.</summary>
    [Params("f32", "bf16")]
    public string Type { get; set; } = "f32";

    /// <summary>Tokens to learn of each prompt.</summary>
    [Params(1, 64)]
    public int Learned { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _engine = EngineOptions.Default;
        (_plain, _model) = (Model(), Model());
        _lora = new LoraModel(_model, new SftOptions());
        _batches = TrainingBatch.Plan(
            [.. Enumerable.Range(0, 16).Select(_ => new SftExample([.. Enumerable.Range(0, 129).Select(_ => random.Next(32000))], 129 - Learned))], most: 16, rows: 512);
        _whole = new StepGradients(_lora, TrainingMemory.Unbounded(512), _engine);
        _parts = new StepGradients(_lora, TrainingMemory.Unbounded(512) with { Activations = 1 }, _engine);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _lora.Dispose();
        _model.Dispose();
        _plain.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void Forward() => new Workers(_plain.Device, _engine.Threads).Run(_batches.Count, i => _plain.ForwardAll(_batches[i].Packed, _batches[i].LeavesOnly));

    [Benchmark]
    public void Step() => Run(_whole);

    [Benchmark]
    public void StepBlockByBlock() => Run(_parts);

    private CausalLM Model() => CausalLM.Random(
        RandomShapes.Find("125m") with { Layers = 4, Windows = new int?[4] }, seed: 1, new LoadOptions { DataType = Type == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32 });

    private void Run(StepGradients step)
    {
        using var scope = NewDisposeScope();
        step.Of(_batches, seed: 1, default);
    }
}
