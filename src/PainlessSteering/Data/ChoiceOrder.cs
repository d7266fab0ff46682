using System.Buffers.Binary;
using PainlessSteering.RandomNumbers;

namespace PainlessSteering.Data;

/// <summary>The order in which a run shows an item's choices (method.md §4).</summary>
public static class ChoiceOrder
{
    /// <summary>Shows every item in the order that belongs to <paramref name="seed"/>.</summary>
    public static IReadOnlyList<PresentedItem> Present(IReadOnlyList<MultipleChoiceItem> items, long seed, Protocol protocol)
    {
        ArgumentNullException.ThrowIfNull(items);
        var presented = new PresentedItem[items.Count];
        for (var i = 0; i < presented.Length; i++)
        {
            presented[i] = Present(i, items[i], seed, protocol);
        }

        return presented;
    }

    /// <summary>Shows one item; <paramref name="index"/> is its place in the dataset and does not change the order.</summary>
    public static PresentedItem Present(int index, MultipleChoiceItem item, long seed, Protocol protocol)
    {
        ArgumentNullException.ThrowIfNull(item);
        var order = Permutation(item, seed, protocol);
        return new PresentedItem(index, item, Array.ConvertAll(order, source => item.Choices[source]), Array.IndexOf(order, item.Answer));
    }

    /// <summary>For every position shown, the 0-based place of that choice in the item.</summary>
    /// <remarks>
    /// Paper: Python's shuffle, seeded anew for every item, so it depends on the seed and the number of choices only.
    /// Sound: the same shuffle, seeded by a hash of the seed, the question and the choices, so it is independent from item to item
    /// and depends neither on the order of the rows, nor on the label, nor on the machine.
    /// </remarks>
    public static int[] Permutation(MultipleChoiceItem item, long seed, Protocol protocol)
    {
        ArgumentNullException.ThrowIfNull(item);
        var order = new int[item.Choices.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new PythonRandom(protocol == Protocol.Paper ? seed : OwnSeed(item, seed)).Shuffle(order.AsSpan());
        return order;
    }

    private static long OwnSeed(MultipleChoiceItem item, long seed)
    {
        using var hash = new ContentHash();
        hash.Add(seed);
        hash.Add(item.Question);
        hash.Add(item.Choices);
        return BinaryPrimitives.ReadInt64LittleEndian(hash.Finish()) & long.MaxValue;
    }
}
