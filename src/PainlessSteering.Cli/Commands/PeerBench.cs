using System.CommandLine;
using System.Globalization;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation.Benchmarks.Peers;
using static TorchSharp.torch;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas bench --peer</c>: a model file here and in llama.cpp.</summary>
internal static class PeerBench
{
    /// <summary>Measures both programs.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="name">The model.</param>
    /// <param name="peer">Where llama-bench is.</param>
    /// <param name="threads">Threads of each.</param>
    /// <param name="isJson">Print JSON.</param>
    public static int Run(ParseResult parsed, string name, string peer, int threads, bool isJson)
    {
        var file = ModelOptions.Find(parsed, name);
        if (!File.Exists(file))
        {
            throw new PasException("the other program reads GGUF files", name, expected: "one file", remedy: "give a GGUF file, or leave out --peer") { Code = ErrorCodes.WrongCommand };
        }

        var program = new PeerProgram(peer, file, threads);
        program.Prefill(1); // What does not run is told before the model is loaded.
        using var source = ModelSource.Open(file);
        ModelOptions.TellUnused(parsed, source);
        parsed.InvocationConfiguration.Error.WriteLine("measuring in turns with " + peer);
        using var model = CausalLM.Load(source, ModelOptions.Loading(parsed, source));
        var report = new PeerBenchmark(program, tokens => Alone(file, tokens, threads)).Run(model, threads);
        var output = parsed.InvocationConfiguration.Output;
        if (isJson)
        {
            JsonOutput.Write(output, report, source);
            return 0;
        }

        var table = Screen.Table("measured", "here", "there", "ratio");
        foreach (var figure in report.Figures)
        {
            string Text(double value) => value.ToString("0.0##", CultureInfo.InvariantCulture);
            table.AddTexts($"{figure.What}, {figure.Unit}", Text(figure.Ours), Text(figure.Peer), Text(figure.Ratio));
        }

        Screen.On(output).Write(table);
        output.WriteLine(FormattableString.Invariant(
            $"an empty process with .NET and libtorch: {report.EmptyProcessBytes / 1e6:0} MB; ours takes {report.MemoryOverPeerBytes / 1e6:0} MB more than that and the other together"));
        return 0;
    }

    /// <summary>Reads a prompt and goes on, for the memory and the time of a process that does nothing else.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="name">The model; null for libtorch alone.</param>
    /// <param name="tokens">How many tokens to choose, the first included.</param>
    /// <param name="threads">Threads.</param>
    public static int Alone(ParseResult parsed, string? name, int tokens, int threads)
    {
        if (name is null)
        {
            using var loaded = zeros(1);
            return 0;
        }

        using var source = ModelOptions.Open(parsed, name);
        using var model = CausalLM.Load(source, ModelOptions.Loading(parsed, source));
        SinglePrompt.Seconds(model, PeerBenchmark.Prompt, Math.Max(1, tokens) - 1, threads);
        return 0;
    }

    private static IReadOnlyList<string> Alone(string file, int tokens, int threads)
    {
        string[] model = tokens == 0 ? [] : ["--model", file];
        return [.. OwnProgram.Command, "bench", "--alone", tokens.ToString(CultureInfo.InvariantCulture), "--threads", threads.ToString(CultureInfo.InvariantCulture), .. model];
    }
}
