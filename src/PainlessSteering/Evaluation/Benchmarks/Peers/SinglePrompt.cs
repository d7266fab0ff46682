using System.Diagnostics;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>One prompt of random tokens and what follows it, on threads of libtorch's.</summary>
internal static class SinglePrompt
{
    /// <summary>Seconds of reading a prompt, to the choice of the first token, and of each of the tokens behind it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">Length of the prompt.</param>
    /// <param name="more">Tokens behind the first.</param>
    /// <param name="threads">Threads.</param>
    public static (double Prompt, double More) Seconds(CausalLM model, int tokens, int more, int threads)
    {
        using var count = new ThreadCount(threads);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var state = new SequenceState(model, tokens + more);
        SequenceState[] states = [state];
        var random = new Random(1);
        int[] prompt = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Config.VocabularySize))];

        var clock = Stopwatch.StartNew();
        var token = Next(model, model.Forward(PackedBatch.Pack([prompt]), states: states));
        var read = clock.Elapsed.TotalSeconds;
        for (var step = 0; step < more; step++)
        {
            using var stepScope = NewDisposeScope();
            token = Next(model, model.Forward(PackedBatch.Continue([token], [state.Length]), states: states));
        }

        return (read, clock.Elapsed.TotalSeconds - read);
    }

    private static int Next(CausalLM model, Tensor hidden) => (int)model.Logits(hidden).argmax().cpu().item<long>();
}
