using System.Numerics;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>The merges of a BPE vocabulary: pair of ids to rank and merged id. A hash table with open addressing, made once.</summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;
    private readonly ulong[] pairs;
    private readonly (int Rank, int Id)[] merges;
    private readonly int shift;

    public MergeTable(int capacity)
    {
        var bits = BitOperations.Log2((uint)Math.Max(capacity, 8)) + 2;
        shift = 64 - bits;
        pairs = new ulong[1 << bits];
        merges = new (int, int)[1 << bits];
        Array.Fill(pairs, Empty);
    }

    /// <summary>Sets a merge; a later one of the same pair replaces an earlier one.</summary>
    public void Set(int left, int right, int rank, int id)
    {
        var slot = Find(left, right);
        pairs[slot] = Key(left, right);
        merges[slot] = (rank, id);
    }

    /// <summary>The rank of merging two ids, or <see cref="int.MaxValue"/> where they do not merge.</summary>
    public int Rank(int left, int right, out int id)
    {
        var slot = Find(left, right);
        if (pairs[slot] == Empty)
        {
            id = -1;
            return int.MaxValue;
        }

        (var rank, id) = merges[slot];
        return rank;
    }

    /// <summary>All merges as the ids of both parts and of the whole, in the order of their ranks.</summary>
    public IEnumerable<(int Rank, int Left, int Right, int Id)> All => pairs
        .Select((pair, slot) => (Pair: pair, Merge: merges[slot]))
        .Where(entry => entry.Pair != Empty)
        .Select(entry => (entry.Merge.Rank, (int)(entry.Pair >> 32), (int)(uint)entry.Pair, entry.Merge.Id))
        .OrderBy(merge => merge.Rank);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Find(int left, int right)
    {
        var key = Key(left, right);
        var slot = (int)((key * 0x9E3779B97F4A7C15UL) >> shift);
        while (pairs[slot] != key && pairs[slot] != Empty)
        {
            slot = (slot + 1) & (pairs.Length - 1);
        }

        return slot;
    }
}
