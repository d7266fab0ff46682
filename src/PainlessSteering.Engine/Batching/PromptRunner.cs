namespace PainlessSteering.Engine.Batching;

/// <summary>
/// Runs many prompts through a model: sorts them so that shared beginnings meet, packs them into batches and hands the batches
/// to workers. What a batch holds does not depend on the number of workers, so neither does any result.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">How much of the machine may be used.</param>
/// <param name="sharing">Common beginnings are shared in whole multiples of so many tokens.</param>
internal sealed class PromptRunner(CausalLM model, EngineOptions options, int sharing = 1)
{
    private readonly Workers _workers = new(model.Device, options.Threads);
    private long _held;

    /// <summary>Called once for each batch, on the worker's thread and inside its dispose scope.</summary>
    /// <param name="indices">For each prompt of the batch its index in the list given.</param>
    /// <param name="batch">The packed prompts.</param>
    public delegate void BatchBody(IReadOnlyList<int> indices, PackedBatch batch);

    /// <summary>Tells of memory that is kept over all passes to come, and counts against the budget.</summary>
    public void Hold(long bytes) => _held += bytes;

    /// <summary>Rows that a pass over some of these prompts may hold.</summary>
    /// <exception cref="PasException">The budget has no room for one prompt.</exception>
    public int RowsPerPass(IReadOnlyList<int[]> prompts) =>
        options.Fill(model, prompts.Select(prompt => prompt.Length).DefaultIfEmpty().Max(), _held).RowsPerPass;

    /// <param name="prompts">Token ids.</param>
    /// <param name="forks">Leaves that each prompt will fork, to leave room for them.</param>
    /// <param name="body">The forward pass and what becomes of it.</param>
    /// <param name="done">Told the number of prompts of each finished batch.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <param name="runs">Per prompt what goes on from its last token; null for nothing.</param>
    public void Run(
        IReadOnlyList<int[]> prompts, int forks, BatchBody body, Action<int>? done, CancellationToken cancellation, IReadOnlyList<LeafRun>? runs = null)
    {
        var batches = Plan(prompts, [.. prompts.Select((_, i) => ((forks + 1) * (runs?[i].Rows ?? 1)) - 1)]);
        _workers.Run(batches.Count, index =>
        {
            cancellation.ThrowIfCancellationRequested();
            var indices = batches[index];
            body(indices, PackedBatch.Pack([.. indices.Select(prompt => prompts[prompt])], sharing, runs is null ? null : [.. indices.Select(prompt => runs[prompt])]));
            done?.Invoke(indices.Length);
        });
    }

    /// <param name="prompts">Token ids.</param>
    /// <param name="beside">Rows of each prompt beside its tokens.</param>
    private List<int[]> Plan(IReadOnlyList<int[]> prompts, int[] beside)
    {
        var order = Enumerable.Range(0, prompts.Count).ToArray();
        Array.Sort(order, (a, b) => prompts[a].AsSpan().SequenceCompareTo(prompts[b]) is var c && c != 0 ? c : a - b);
        var rowsPerPass = RowsPerPass(prompts);
        var batches = new List<int[]>();
        var current = new List<int>();
        var rows = 0;
        foreach (var i in order)
        {
            var added = beside[i] + PackedBatch.RowsAdded(prompts[i], current.Count == 0 ? null : prompts[current[^1]], sharing);
            if (current.Count > 0 && rows + added > rowsPerPass)
            {
                batches.Add([.. current]);
                current.Clear();
                (rows, added) = (0, beside[i] + prompts[i].Length);
            }

            current.Add(i);
            rows += added;
        }

        if (current.Count > 0)
        {
            batches.Add([.. current]);
        }

        return batches;
    }
}
