using System.CommandLine;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation.Benchmarks;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas bench</c>: how near a model's sweep comes to what this machine can do, and how far it is from the naive one.</summary>
internal static class BenchCommand
{
    private static readonly Option<string?> Model = new("--model") { HelpName = "folder or name", Description = "Model in Hugging Face layout, or its name on the hub where 'pas download' has fetched it." };
    private static readonly Option<string?> Random = new("--random") { HelpName = "shape", Description = $"Or a shape with seeded random weights: {string.Join(" or ", RandomShapes.Names)}." };
    private static readonly Option<int> PromptTokens = new("--prompt-tokens") { Description = "Length of every prompt.", DefaultValueFactory = _ => 128 };
    private static readonly Option<int> Cells = new("--cells") { Description = "Cells of the grid, spread over the layers.", DefaultValueFactory = _ => 420 };
    private static readonly Option<string?> Peer = new("--peer") { HelpName = "llama-bench", Description = "Measure the GGUF file of --model in turns with llama.cpp's llama-bench instead: prefill, decoding, the first token, memory." };
    private static readonly Option<int?> Alone = new("--alone") { HelpName = "tokens", Description = "Only read a prompt and choose so many tokens, for the time and memory of a process of its own; without --model, only load libtorch. --peer starts it." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    /// <summary>About how long the fit may take: of a large model, or on a slow machine, it is one of fewer items.</summary>
    private static readonly TimeSpan FitTime = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var command = new Command("bench", """
            Time the machine's matrix products, prefill, decoding, the one-pass sweep of a grid, a whole fit, and the naive way of both
            (one forward pass for every cell, extrapolated from a few), all in one run.

              pas bench --random 125m
              pas bench --model Llama-3.2-1B --dtype bf16 --prompt-tokens 128 --cells 420 --json
              pas bench --model smollm2.gguf --peer llama.cpp/build/bin/llama-bench
            """) { Model, Random, PromptTokens, Cells, Peer, Alone, Json };
        ModelOptions.AddLoadingTo(command);
        ModelOptions.AddWorkersTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var engine = ModelOptions.Engine(parsed);
        int promptTokens = CommonOptions.Between(2, 100_000, PromptTokens, parsed), cells = CommonOptions.Between(1, 100_000, Cells, parsed);
        var error = parsed.InvocationConfiguration.Error;
        var (name, shape) = (parsed.GetValue(Model), parsed.GetValue(Random));
        var (peer, alone) = (parsed.GetValue(Peer), parsed.GetValue(Alone));
        if ((peer is not null && name is null) || ((peer is not null || alone is not null) && shape is not null))
        {
            throw new PasException("--peer and --alone measure a file", expected: "--model with a GGUF file, and no --random") { Code = ErrorCodes.WrongCommand };
        }

        if (alone is { } tokens)
        {
            return PeerBench.Alone(parsed, name, tokens, engine.Threads);
        }

        if (peer is not null)
        {
            return PeerBench.Run(parsed, name!, peer, engine.Threads, parsed.GetValue(Json));
        }

        if ((name is null) == (shape is null))
        {
            throw new PasException("what to measure is not clear", expected: "either --model or --random") { Code = ErrorCodes.WrongCommand };
        }

        using var source = name is null ? null : ModelOptions.Open(parsed, name);
        var tokenizer = source?.Tokenizer;
        if (source is not null)
        {
            ModelOptions.TellUnused(parsed, source);
        }

        error.WriteLine("loading the model");
        var loading = ModelOptions.Loading(parsed, source, (config, type) => WorkingSet.OfPasses(config, type, engine));
        using var model = source is null ? CausalLM.Random(RandomShapes.Find(shape!), seed: 1, loading) : CausalLM.Load(source, loading);
        var options = new BenchOptions(promptTokens, cells, engine, BenchOptions.DefaultTime);
        error.WriteLine(FormattableString.Invariant(
            $"measuring: {Benchmark.PromptCount(model, options)} prompts of {options.PromptTokens} tokens, {options.Cells} cells; the naive sweep on {Benchmark.NaiveCells} cells"));
        var report = Benchmark.Run(model, options);
        var share = Math.Min(1, FitTime.TotalSeconds / FitBenchmark.PredictSeconds(model, promptTokens, report.MatmulGflops * 1e9));
        error.WriteLine("measuring a fit");
        report = report with { Fit = FitBenchmark.Run(model, tokenizer, promptTokens, share, engine) };
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            if (source is null)
            {
                JsonOutput.Write(output, report);
            }
            else
            {
                JsonOutput.Write(output, report, source);
            }
        }
        else
        {
            Show(report, output);
        }

        return 0;
    }

    private static void Show(BenchReport report, TextWriter output)
    {
        var table = Screen.Table("measured", "value");
        void Add(string what, FormattableString value) => table.AddTexts(what, FormattableString.Invariant(value));
        Add("matrix products of the model's shapes", $"{report.MatmulGflops:0.0} GFLOP/s");
        Add("prefill", $"{report.PrefillTokensPerSecond:0.0} tokens/s");
        Add("decode, one sequence", $"{report.DecodeTokensPerSecond:0.0} tokens/s");
        Add("decode, one sequence, steered", $"{report.DecodeTokensPerSecondSteered:0.0} tokens/s");
        Add("one-pass sweep", $"{report.SweepSeconds:0.000} s");
        Add("its share of the matrix products' rate", $"{report.SweepFractionOfPeak:0.000}");
        Add("naive sweep (extrapolated)", $"{report.NaiveSeconds:0.0} s");
        Add("naive over one-pass", $"{report.NaiveOverSweep:0.0}");
        if (report.Fit is { } fit)
        {
            Add($"fit, 3 methods, {string.Join('/', fit.Items)} items of {fit.MeanPromptTokens:0} tokens", $"{fit.Seconds:0.0} s");
            Add("its naive forward passes", $"{fit.NaivePasses}");
            Add($"their time (extrapolated from {fit.NaivePassesTimed})", $"{fit.NaiveSeconds:0} s");
            Add("naive fit over fit", $"{fit.NaiveOverFit:0.0}");
        }

        Add("weights", $"{report.WeightBytes / 1e6:0} MB");
        Add("peak memory of the process", $"{report.PeakMemoryBytes / 1e6:0} MB");
        Screen.On(output).Write(table);
    }
}
