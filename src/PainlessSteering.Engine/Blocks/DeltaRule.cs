using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// The gated delta rule (Yang, Kautz and Hatamizadeh, Gated Delta Networks, 2025): a matrix for each head, in float32, of which each row keeps a part,
/// <c>S = decay S</c>, corrects what it gives for the row's key, <c>S = S + k (rate (v - S^T k))^T</c>, and reads <c>S^T q</c>.
/// </summary>
internal static class DeltaRule
{
    /// <summary>Rows that the form for many rows takes together.</summary>
    private const int Chunk = 64;

    /// <summary>Takes runs of rows through the rule.</summary>
    /// <param name="rows">Of all runs.</param>
    /// <param name="runs">Each with the state before it, and where the one behind it goes.</param>
    /// <param name="output">[rows, heads, value size] float32, gets what the runs' rows read; null where only the states are wanted.</param>
    public static void Advance(DeltaRows rows, ReadOnlySpan<DeltaRun> runs, Tensor? output)
    {
        if (DeltaKernel.Takes(rows.Queries, rows.Keys, rows.Values, rows.LogDecays, rows.Rates, runs[0].Behind))
        {
            DeltaKernel.Run(rows, runs, output);
            return;
        }

        foreach (var run in runs)
        {
            using var scope = NewDisposeScope();
            var (read, state) = Chunks(rows.Narrow(run.First, run.Count), run.Before);
            output?.narrow(0, run.First, run.Count).copy_(read);
            run.Behind.copy_(state);
        }
    }

    /// <summary>
    /// Rows in chunks: matrix products instead of a step for each row, for devices where a step costs more than its arithmetic, and for gradients.
    /// Within a chunk all corrections follow from one triangular system (the paper's section 3.3).
    /// </summary>
    /// <param name="rows">Rows that follow each other.</param>
    /// <param name="state">[heads, key size, value size], or null for zeros.</param>
    /// <returns>What each row reads, [rows, heads, value size], and the state behind the last row.</returns>
    public static (Tensor Output, Tensor State) Chunks(DeltaRows rows, Tensor? state)
    {
        using var scope = NewDisposeScope();
        var group = rows.Values.size(1) / rows.Keys.size(1);
        Tensor queries = ByHead(rows.Queries.repeat_interleave(group, 1)), keys = ByHead(rows.Keys.repeat_interleave(group, 1)), values = ByHead(rows.Values);
        Tensor logDecays = rows.LogDecays.t(), rates = rows.Rates.t().unsqueeze(2);
        var current = state ?? zeros([values.size(0), keys.size(2), values.size(2)], values.dtype, values.device);
        var outputs = new List<Tensor>();
        for (long first = 0, count; first < values.size(1); first += count)
        {
            count = Math.Min(Chunk, values.size(1) - first);
            Tensor Of(Tensor all) => all.narrow(1, first, count);
            (var output, current) = OneChunk(Of(queries), Of(keys), Of(values), Of(logDecays), Of(rates), current);
            outputs.Add(output);
        }

        return (ByHead(cat(outputs, 1)).MoveToOuterDisposeScope(), current.MoveToOuterDisposeScope());
    }

    /// <summary>Rows of which each stands directly behind the same state, which stays as it is: a prompt's last token and what is forked from it.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="state">[heads, key size, value size], or null at the beginning of a sequence.</param>
    /// <returns>[rows, heads, value size]</returns>
    public static Tensor ReadApart(DeltaRows rows, Tensor? state)
    {
        using var scope = NewDisposeScope();
        var (count, keyHeads, heads) = (rows.Keys.size(0), rows.Keys.size(1), rows.Values.size(1));
        var own = (rows.Queries * rows.Keys).sum(2).repeat_interleave(heads / keyHeads, 1) * rows.Rates; // [rows, heads]: the weight of the row's own correction.
        if (state is null)
        {
            return (own.unsqueeze(2) * rows.Values).MoveToOuterDisposeScope();
        }

        // S'^T q from the old state: decay S^T q + (k . q) rate (v - decay S^T k). So all rows share one product with the state.
        var asked = ByHead(cat([rows.Queries, rows.Keys], 0)).unsqueeze(1); // [key heads, 1, 2 rows, key size]
        var found = matmul(asked, state.view(keyHeads, -1, state.size(1), state.size(2))).view(heads, 2 * count, -1);
        Tensor byQuery = ByHead(found.narrow(1, 0, count)), byKey = ByHead(found.narrow(1, count, count)), decays = rows.LogDecays.exp();
        var corrections = rows.Values - (byKey * decays.unsqueeze(2));
        return (byQuery * decays.unsqueeze(2)).addcmul_(own.unsqueeze(2), corrections, Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>[heads, rows, ...] each.</summary>
    private static (Tensor Output, Tensor State) OneChunk(Tensor queries, Tensor keys, Tensor values, Tensor logDecays, Tensor rates, Tensor state)
    {
        var sums = logDecays.cumsum(1);
        var later = ones([sums.size(1), sums.size(1)], dtype: ScalarType.Bool, device: sums.device).triu(1);
        var between = (sums.unsqueeze(2) - sums.unsqueeze(1)).masked_fill(later, Scalars.MinusInfinity).exp(); // Differences first: each sum's own exponential would overflow.
        Tensor fromStart = sums.exp().unsqueeze(2), last = sums.narrow(1, sums.size(1) - 1, 1);
        var overlaps = (matmul(keys * rates, keys.transpose(1, 2)) * between).tril(-1);
        var solved = linalg.solve_triangular(overlaps, cat([values * rates, keys * rates * fromStart], 2), upper: false, unitriangular: true);
        var corrections = solved.narrow(2, 0, values.size(2)) - matmul(solved.narrow(2, values.size(2), keys.size(2)), state);
        var output = matmul(queries * fromStart, state).add(matmul(matmul(queries, keys.transpose(1, 2)) * between, corrections), Scalars.One);
        var behind = (state * last.exp().unsqueeze(2)).add(matmul((keys * (last - sums).exp().unsqueeze(2)).transpose(1, 2), corrections), Scalars.One);
        return (output, behind);
    }

    /// <summary>[rows, heads, ...] to [heads, rows, ...] and back.</summary>
    private static Tensor ByHead(Tensor rows) => rows.transpose(0, 1);
}
