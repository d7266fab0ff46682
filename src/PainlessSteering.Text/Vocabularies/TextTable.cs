using System.Numerics;
using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>
/// A hash table from text to a number, asked with spans. It is compiled well from its first call on, unlike a dictionary with
/// a lookup by span: loading a vocabulary is a million lookups in a process that may have nothing else to do.
/// </summary>
internal sealed class TextTable
{
    private Entry[] slots;
    private int mask;

    public TextTable(int capacity)
    {
        slots = new Entry[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * capacity, 16))];
        mask = slots.Length - 1;
    }

    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryGet(ReadOnlySpan<char> text, out int value)
    {
        ref var entry = ref slots[Find(text, string.GetHashCode(text))];
        value = entry.Value;
        return entry.Text is not null;
    }

    /// <summary>Sets the number of a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(string text, int value)
    {
        var hash = string.GetHashCode(text.AsSpan());
        ref var entry = ref slots[Find(text, hash)];
        if (entry.Text is null && ++Count > slots.Length / 2)
        {
            Grow();
            entry = ref slots[Find(text, hash)];
        }

        entry = new Entry(text, hash, value);
    }

    public void Clear()
    {
        Array.Clear(slots);
        Count = 0;
    }

    /// <summary>The slot of a text, or the free one where it would go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(ReadOnlySpan<char> text, int hash)
    {
        var slot = hash & mask;
        while (slots[slot].Text is { } other && !(slots[slot].Hash == hash && text.SequenceEqual(other)))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        var old = slots;
        slots = new Entry[2 * old.Length];
        mask = slots.Length - 1;
        foreach (var entry in old)
        {
            if (entry.Text is not null)
            {
                slots[Find(entry.Text, entry.Hash)] = entry;
            }
        }
    }

    private readonly record struct Entry(string? Text, int Hash, int Value);
}
