using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using static TorchSharp.torch;

namespace PainlessSteering.Sweeps;

/// <summary>
/// Answers every prompt under every candidate in one forward pass (method.md §6): only the last token, and what goes on from it, is changed, and
/// attention is causal, so all candidates share the keys and values of the tokens before it, and each is one more leaf.
/// </summary>
internal sealed class GridSweep(CausalLM model, PromptRunner runner, Scorer scorer) : ISweep
{
    /// <inheritdoc/>
    public SweepResult Run(
        IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, RecordedActivations? record, Action<int>? done, CancellationToken cancellation)
    {
        var result = new SweepResult(prompts, candidates);
        runner.Hold(result.Bytes);

        // A prompt is run again for each further chunk of candidates, so chunks are large: what a batch has room for beside a prompt.
        var tokens = prompts.Select(prompt => prompt.Tokens).ToList();
        var runs = prompts.Select(prompt => prompt.Run).ToList();
        int longest = tokens.Select(prompt => prompt.Length).DefaultIfEmpty().Max(), rows = runner.RowsPerPass(tokens);
        var room = Math.Max((rows + 1) / 2, rows - longest) / runs.Select(run => run.Rows).DefaultIfEmpty(1).Max();
        var chunks = candidates.Count == 0 ? [[]] : Enumerable.Range(0, candidates.Count).Chunk(Math.Max(1, room)).ToArray();
        foreach (var chunk in chunks)
        {
            using var scope = NewDisposeScope();
            using var cells = new SweepRows([.. chunk.Select(i => candidates[i])], model);
            var reader = scorer.Reader(model, prompts);
            var recordNow = chunk == chunks[0] ? record : null;
            runner.Run(tokens, chunk.Length, (indices, batch) =>
            {
                IActivationHook batchHook = recordNow is null ? cells.Hook : new HookChain(new ActivationRecorder(recordNow, indices), cells.Hook);
                var (hidden, leaves) = (model.Forward(batch, batchHook), 1 + cells.Order.Length);
                reader.Read(hidden, indices, leaves, (prompt, leaf, scores) => result.Set(prompt, leaf == 0 ? null : chunk[cells.Order[leaf - 1]], scores));
                if (chunk == chunks[0])
                {
                    reader.ReadMass(hidden, indices, leaves, result.SetMass);
                }
            }, chunk == chunks[^1] ? done : null, cancellation, runs);
        }

        return result;
    }
}
