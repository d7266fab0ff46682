using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>
/// Times a model end to end in rounds. Every round measures the machine's matrix products beside the engine, because on a
/// machine with other work only ratios of neighbours in time mean anything.
/// </summary>
public sealed class Benchmark
{
    private const int MostRounds = 5, Letters = 4;

    private readonly CausalLM _model;
    private readonly BenchOptions _options;
    private readonly PromptRunner _runner;
    private readonly GridSweep _sweep;
    private readonly NaiveSweep _naive;
    private readonly Workers _workers;
    private readonly List<ChoicePrompt> _prompts;
    private readonly TimeSpan _peakTime;

    private Benchmark(CausalLM model, BenchOptions options)
    {
        options = options with { Engine = options.Engine.Fill(model, options.PromptTokens, 0) };
        (_model, _options) = (model, options);
        _runner = new PromptRunner(model, options.Engine);
        _sweep = new GridSweep(model, _runner, Scorer.Letter);
        _naive = new NaiveSweep(model, options.Engine, Scorer.Letter);
        _peakTime = options.Time / 50;
        _workers = new Workers(model.Device, options.Engine.Threads);

        // Full batches: one for every worker, or one prompt for each where a prompt with its cells fills a batch.
        var perBatch = Math.Max(1, options.Engine.RowsPerPass / (options.PromptTokens + options.Cells));
        _prompts = Prompts(_workers.Count * perBatch);
    }

    /// <summary>How many prompts a sweep of these options answers.</summary>
    public static int PromptCount(CausalLM model, BenchOptions options) => new Benchmark(model, options)._prompts.Count;

    /// <summary>Cells that the naive sweep is timed on.</summary>
    public const int NaiveCells = 3;

    /// <summary>Measures everything; takes about a minute for a model of 10⁹ parameters.</summary>
    public static BenchReport Run(CausalLM model, BenchOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        return new Benchmark(model, options).Run();
    }

    private BenchReport Run()
    {
        using var scope = NewDisposeScope();
        using var peak = new MatmulPeak(_model, _options.Engine);
        var candidates = Candidates(_options.Cells);
        var flops = _prompts.Count * SweepFlops.Prompt(_model.Config, _options.PromptTokens, [.. candidates.Select(cell => cell.Fork.Layer)], Letters);
        peak.Measure(_peakTime);
        _sweep.Run([.. _prompts.Take(_workers.Count)], Candidates(_model.Config.Layers), null, null, default); // Warms up.
        var clock = Stopwatch.StartNew();
        var rounds = new List<Round>();
        while (rounds.Count == 0 || (rounds.Count < MostRounds && clock.Elapsed * (rounds.Count + 1) < _options.Time * rounds.Count))
        {
            var before = peak.Measure(_peakTime);
            var sweep = Seconds(() => _sweep.Run(_prompts, candidates, null, null, default));
            var after = peak.Measure(_peakTime);
            rounds.Add(new Round((before + after) / 2, sweep, NaiveSeconds(), Prefill()));
        }

        var decode = DecodeBenchmark.Run(_model, _prompts[0].Tokens, _options.Engine.Threads);
        return new BenchReport
        {
            MatmulGflops = Median.Of(rounds.Select(round => round.Peak)) / 1e9,
            PrefillTokensPerSecond = Median.Of(rounds.Select(round => round.Prefill)),
            DecodeTokensPerSecond = decode.Plain,
            DecodeTokensPerSecondSteered = decode.Steered,
            SweepSeconds = Median.Of(rounds.Select(round => round.Sweep)),
            SweepFlops = flops,
            SweepFractionOfPeak = Median.Of(rounds.Select(round => flops / round.Sweep / round.Peak)),
            NaiveSeconds = Median.Of(rounds.Select(round => round.Naive)),
            NaiveOverSweep = Median.Of(rounds.Select(round => round.Naive / round.Sweep)),
            PeakMemoryBytes = Process.GetCurrentProcess().PeakWorkingSet64,
            WeightBytes = _model.WeightBytes,
        };
    }

    /// <summary>Passes of all cells are alike, so a few of them tell the time of all.</summary>
    private double NaiveSeconds()
    {
        var sample = Candidates(Math.Min(NaiveCells, _options.Cells));
        var prompts = _prompts.Take(_workers.Count).ToArray();
        var seconds = Seconds(() => _naive.Run(prompts, sample, null, null, default));
        return seconds / (prompts.Length * (sample.Count + 1)) * (_prompts.Count * (_options.Cells + 1.0));
    }

    private double Prefill()
    {
        var prompts = Prompts(_workers.Count * Math.Max(1, _options.Engine.RowsPerPass / _options.PromptTokens));
        var seconds = Seconds(() => _runner.Run([.. prompts.Select(prompt => prompt.Tokens)], 0, (_, batch) => _model.Forward(batch), null, default));
        return prompts.Count * _options.PromptTokens / seconds;
    }

    private List<Candidate> Candidates(int count)
    {
        var layers = FitOptions.DefaultLayers(_model.Config);
        var values = randn(_model.Config.HiddenSize).data<float>().ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(i => new Candidate(
                new SteeringEdit(layers[i * layers.Count / count], SteeringSite.Residual, SteeringOperation.Add, values, 1 + (i % layers.Count)))),
        ];
    }

    private List<ChoicePrompt> Prompts(int count)
    {
        var random = new Random(1);
        var letters = Enumerable.Range(0, Letters).ToArray();
        return [.. Enumerable.Range(0, count).Select(_ => new ChoicePrompt(
            [.. Enumerable.Range(0, _options.PromptTokens).Select(_ => random.Next(_model.Config.VocabularySize))], letters))];
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>One round's measurements: operations a second, seconds, seconds, tokens a second.</summary>
    private sealed record Round(double Peak, double Sweep, double Naive, double Prefill);
}
