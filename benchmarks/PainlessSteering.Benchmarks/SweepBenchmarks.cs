using BenchmarkDotNet.Attributes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using static TorchSharp.torch;

namespace PainlessSteering.Benchmarks;

/// <summary>One prompt of 128 tokens under 140 cells in a model of four wide blocks: in one pass, of which the cells' attention is a part, and in 141.</summary>
public class SweepBenchmarks
{
    private CausalLM _model = null!;
    private GridSweep _onePass = null!;
    private NaiveSweep _naive = null!;
    private ChoicePrompt[] _prompts = null!;
    private Candidate[] _cells = null!;

    [GlobalSetup]
    public void Setup()
    {
        var shape = RandomShapes.Find("125m");
        _model = CausalLM.Random(shape with { Blocks = [.. shape.Blocks.Take(4)], VocabularySize = 512 }, seed: 1);
        var engine = new EngineOptions(Threads: 1);
        (_onePass, _naive) = (new GridSweep(_model, new PromptRunner(_model, engine), Scorer.Letter), new NaiveSweep(_model, engine, Scorer.Letter));
        var random = new Random(1);
        _prompts = [new ChoicePrompt([.. Enumerable.Range(0, 128).Select(_ => random.Next(512))], [1, 2, 3, 4])];
        _cells = [.. Enumerable.Range(0, 140).Select(i => new Candidate(new SteeringEdit(i % 4, SteeringSite.Residual, SteeringOperation.Add, randn(768).data<float>().ToArray())))];
    }

    [GlobalCleanup]
    public void Cleanup() => _model.Dispose();

    [Benchmark(Baseline = true)]
    public object OnePass() => _onePass.Run(_prompts, _cells, null, null, default);

    [Benchmark]
    public object PromptAlone() => _onePass.Run(_prompts, [], null, null, default);

    [Benchmark]
    public object Naive() => _naive.Run(_prompts, _cells, null, null, default);
}
