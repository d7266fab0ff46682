using System.Runtime.InteropServices;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Merges the symbols of one word until no merge applies. Holds one thread's working memory.</summary>
internal sealed class BpeMerger(MergeTable merges)
{
    private const int MostShort = 48;
    private readonly PriorityQueue<int, (int Rank, int At)> queue = new();
    private readonly int[] ranks = new int[MostShort];
    private int[] previous = [];
    private int[] next = [];

    /// <summary>Merges the symbols from <paramref name="start"/> on, in place.</summary>
    public void Merge(List<int> ids, int start)
    {
        if (ids.Count - start <= MostShort)
        {
            MergeShort(ids, start);
        }
        else
        {
            MergeLong(ids, start);
        }
    }

    /// <summary>Looks through all pairs for each merge: quickest while there are few.</summary>
    private void MergeShort(List<int> ids, int start)
    {
        var symbols = CollectionsMarshal.AsSpan(ids)[start..];
        var count = symbols.Length;
        for (var i = 0; i + 1 < count; i++)
        {
            ranks[i] = merges.Rank(symbols[i], symbols[i + 1], out _);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i + 1 < count; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == int.MaxValue)
            {
                break;
            }

            merges.Rank(symbols[best], symbols[best + 1], out symbols[best]);
            count--;
            symbols[(best + 2)..(count + 1)].CopyTo(symbols[(best + 1)..]);
            Array.Copy(ranks, best + 1, ranks, best, count - best);
            if (best > 0)
            {
                ranks[best - 1] = merges.Rank(symbols[best - 1], symbols[best], out _);
            }

            if (best + 1 < count)
            {
                ranks[best] = merges.Rank(symbols[best], symbols[best + 1], out _);
            }
        }

        CollectionsMarshal.SetCount(ids, start + count);
    }

    /// <summary>A linked list and a heap: n log n, so that a text without spaces is no trap.</summary>
    private void MergeLong(List<int> ids, int start)
    {
        const int Gone = -1;
        var symbols = CollectionsMarshal.AsSpan(ids)[start..];
        if (next.Length < symbols.Length)
        {
            next = new int[symbols.Length];
            previous = new int[symbols.Length];
        }

        queue.Clear();
        for (var i = 0; i < symbols.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Offer(symbols, i);
        }

        while (queue.TryDequeue(out var at, out var priority))
        {
            var right = next[at];
            if (symbols[at] == Gone || right >= symbols.Length || merges.Rank(symbols[at], symbols[right], out var merged) != priority.Rank)
            {
                continue; // One of the two has been merged since this was queued.
            }

            symbols[at] = merged;
            symbols[right] = Gone;
            next[at] = next[right];
            if (next[at] < symbols.Length)
            {
                previous[next[at]] = at;
            }

            Offer(symbols, at);
            if (previous[at] >= 0)
            {
                Offer(symbols, previous[at]);
            }
        }

        var count = 0;
        for (var i = 0; i < symbols.Length; i = next[i])
        {
            symbols[count++] = symbols[i];
        }

        CollectionsMarshal.SetCount(ids, start + count);
    }

    private void Offer(ReadOnlySpan<int> symbols, int at)
    {
        if (next[at] < symbols.Length && merges.Rank(symbols[at], symbols[next[at]], out _) is var rank and not int.MaxValue)
        {
            queue.Enqueue(at, (rank, at));
        }
    }
}
