using PainlessSteering.Engine;

namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>
/// Times a model file here and in llama.cpp, in turns: on a machine with other work only neighbours in time can be compared. Memory and the first token are
/// those of processes that do nothing else; the file is in the system's cache by then.
/// </summary>
/// <param name="peer">The other program.</param>
/// <param name="alone">Command that reads a prompt and goes on for so many tokens in a process of its own; of none without a model.</param>
internal sealed class PeerBenchmark(PeerProgram peer, Func<int, IReadOnlyList<string>> alone)
{
    /// <summary>Tokens of the prompt before others, and of what follows it.</summary>
    public const int Prompt = 128, More = 64;

    private const int LongPrompt = 512, Rounds = 5;

    /// <summary>Measures everything.</summary>
    /// <param name="model">The same file, loaded.</param>
    /// <param name="threads">Threads of each program.</param>
    public PeerReport Run(CausalLM model, int threads)
    {
        SinglePrompt.Seconds(model, Prompt, More, threads); // .NET compiles for speed what is called often.
        var empty = (long)Median.Of(Enumerable.Range(0, Rounds).Select(_ => (double)ChildRun.Of(alone(0)).PeakBytes));
        List<PeerFigure> figures =
        [
            Rate($"prefill of {Prompt} tokens", () => Prompt / SinglePrompt.Seconds(model, Prompt, 0, threads).Prompt, () => peer.Prefill(Prompt)),
            Rate($"prefill of {LongPrompt} tokens", () => LongPrompt / SinglePrompt.Seconds(model, LongPrompt, 0, threads).Prompt, () => peer.Prefill(LongPrompt)),
            Rate($"{More} tokens behind {Prompt}", () => More / SinglePrompt.Seconds(model, Prompt, More, threads).More, () => peer.Decode(Prompt, More)),
            Figure("start to first token", "s", () => ChildRun.Of(alone(1)).Seconds, () => peer.Alone(Prompt, 1).Seconds),
            Figure("peak memory", "MB", () => ChildRun.Of(alone(More)).PeakBytes / 1e6, () => peer.Alone(Prompt, More).PeakBytes / 1e6),
        ];
        return new PeerReport(threads, Rounds, figures, empty, (long)((figures[^1].Ours - figures[^1].Peer) * 1e6) - empty);
    }

    private static PeerFigure Rate(string what, Func<double> ours, Func<double> peer) => Figure(what, "tokens/s", ours, peer);

    private static PeerFigure Figure(string what, string unit, Func<double> ours, Func<double> peer)
    {
        (double Ours, double Peer)[] pairs = [.. Enumerable.Range(0, Rounds).Select(_ => (ours(), peer()))];
        return new PeerFigure(what, unit, Median.Of(pairs.Select(pair => pair.Ours)), Median.Of(pairs.Select(pair => pair.Peer)), Median.Of(pairs.Select(pair => pair.Ours / pair.Peer)));
    }
}
