using PainlessSteering.Data.RandomNumbers;

namespace PainlessSteering.Data;

/// <summary>Which items are for training, validation and test (method.md §3 and §4).</summary>
/// <param name="Train">0-based indexes into the dataset, in the order of the shuffle.</param>
/// <param name="Validation">The same, for choosing layer, strength and method. Under the paper protocol it is the training list where the split leaves none for it.</param>
/// <param name="Test">The same, for the one final measurement.</param>
public sealed record Split(IReadOnlyList<int> Train, IReadOnlyList<int> Validation, IReadOnlyList<int> Test)
{
    /// <summary>The paper's limit on the items of one run.</summary>
    public const int DefaultMaxItems = 4000;

    /// <summary>Shuffles the items as NumPy's <c>RandomState(seed)</c> does, keeps the first <paramref name="maxItems"/> and parts them.</summary>
    /// <remarks>
    /// Sound: items with the same <see cref="MultipleChoiceItem.Group"/> stay together. The groups come in the order of their first
    /// item in the shuffle, and each goes to the first part that still has room for all of it, or else to the part with the most room;
    /// without groups this is the paper's split. An empty validation part is an error.
    /// </remarks>
    /// <exception cref="PasException">There are too few items (or groups) for a part, or the seed is out of NumPy's range.</exception>
    public static Split Make(
        IReadOnlyList<MultipleChoiceItem> items, long seed, SplitSizes? sizes = null, int maxItems = DefaultMaxItems, Protocol protocol = Protocol.Sound)
    {
        ArgumentNullException.ThrowIfNull(items);
        sizes ??= SplitSizes.Default;
        if (maxItems < 1)
        {
            throw new PasException("the largest number of items is not usable", "split", "1 or more", FormattableString.Invariant($"{maxItems}"));
        }

        var order = new NumPyRandomState(seed).Permutation(items.Count).AsSpan(0, Math.Min(items.Count, maxItems));
        var (train, validation, test) = sizes.For(order.Length, protocol);
        if (train < 1 || test < 1 || (validation < 1 && protocol == Protocol.Sound))
        {
            throw sizes.TooFew(order.Length, "a part of the split would be empty");
        }

        var parts = protocol == Protocol.Sound ? ByGroup(items, order, [train, validation, test]) : InSequence(order, [train, validation, test]);
        if (parts[0].Count == 0 || parts[2].Count == 0 || (parts[1].Count == 0 && protocol == Protocol.Sound))
        {
            throw sizes.TooFew(order.Length, "a part of the split would be empty because groups stay together");
        }

        return new Split(parts[0], parts[1].Count == 0 ? parts[0] : parts[1], parts[2]);
    }

    private static List<int>[] InSequence(ReadOnlySpan<int> order, int[] sizes)
    {
        var parts = new List<int>[sizes.Length];
        var start = 0;
        for (var part = 0; part < sizes.Length; part++)
        {
            parts[part] = [.. order.Slice(start, sizes[part])];
            start += sizes[part];
        }

        return parts;
    }

    private static List<int>[] ByGroup(IReadOnlyList<MultipleChoiceItem> items, ReadOnlySpan<int> order, int[] room)
    {
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var index in order)
        {
            if (items[index].Group is { } group)
            {
                sizes[group] = sizes.GetValueOrDefault(group) + 1;
            }
        }

        var partOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var left = room.Sum(); // Counts may ask for fewer items than there are: then the last groups stay out.
        List<int>[] parts = [[], [], []];
        foreach (var index in order)
        {
            var group = items[index].Group;
            if (group is null || !partOf.TryGetValue(group, out var part))
            {
                var size = group is null ? 1 : sizes[group];
                part = left > 0 ? PartFor(size, room) : -1;
                if (part >= 0)
                {
                    room[part] -= size;
                    left -= size;
                }

                if (group is not null)
                {
                    partOf[group] = part;
                }
            }

            if (part >= 0)
            {
                parts[part].Add(index);
            }
        }

        return parts;
    }

    private static int PartFor(int size, int[] room)
    {
        var fitting = Array.FindIndex(room, left => left >= size);
        return fitting >= 0 ? fitting : Array.IndexOf(room, room.Max());
    }
}
