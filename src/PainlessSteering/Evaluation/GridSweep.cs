using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>
/// Answers every prompt under every candidate in one forward pass (method.md §6): only the last token is changed and attention
/// is causal, so all candidates share the keys and values of the tokens before it, and each is one more row.
/// </summary>
internal sealed class GridSweep(CausalLM model, PromptRunner runner) : ISweep
{
    /// <inheritdoc/>
    public SweepResult Run(
        IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, RecordedActivations? record, Action<int>? done, CancellationToken cancellation)
    {
        var result = new SweepResult(prompts, candidates.Count);
        runner.Hold(result.Bytes);

        // A prompt is run again for each further chunk of candidates, so chunks are large: what a batch has room for beside a prompt.
        var tokens = prompts.Select(prompt => prompt.Tokens).ToList();
        int longest = tokens.Select(prompt => prompt.Length).DefaultIfEmpty().Max(), rows = runner.RowsPerPass(tokens);
        var chunks = candidates.Count == 0 ? [[]] : Enumerable.Range(0, candidates.Count).Chunk(Math.Max((rows + 1) / 2, rows - longest)).ToArray();
        foreach (var chunk in chunks)
        {
            using var scope = NewDisposeScope();
            using var cells = new SweepRows([.. chunk.Select(i => candidates[i])], model);
            var letters = prompts.MaxBy(prompt => prompt.Letters.Count)?.Letters ?? [];
            var letterRows = tensor([.. letters.Select(letter => (long)letter)], device: model.Device);
            var recordNow = chunk == chunks[0] ? record : null;
            runner.Run(tokens, chunk.Length, (indices, batch) =>
            {
                IActivationHook batchHook = recordNow is null ? cells.Hook : new HookChain(new ActivationRecorder(recordNow, indices), cells.Hook);
                var logits = model.Logits(model.Forward(batch, batchHook), letterRows).cpu().data<float>().ToArray();
                var at = 0;
                foreach (var index in indices)
                {
                    for (var leaf = 0; leaf <= cells.Order.Length; leaf++, at += letters.Count)
                    {
                        result.Set(index, leaf == 0 ? null : chunk[cells.Order[leaf - 1]], logits.AsSpan(at, letters.Count));
                    }
                }
            }, chunk == chunks[^1] ? done : null, cancellation);
        }

        return result;
    }
}
