
using PainlessSteering.RandomNumbers;

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
    /// Sound: items with the same <see cref="MultipleChoiceItem.Group"/> stay together. The groups come in the order that the shuffle
    /// gives to the first item of each, whatever their size, and each goes to the first part that still has room for all of it, or else to the part with the most room;
    /// where there are more items than asked for, only so many of such a group are used. Without groups this is the paper's split. An empty validation part is an error.
    /// </remarks>
    /// <exception cref="PasException">There are too few items (or groups) for a part, or the seed is out of NumPy's range.</exception>
    public static Split Make(
        IReadOnlyList<MultipleChoiceItem> items, long seed, SplitSizes? sizes = null, int maxItems = DefaultMaxItems, Protocol protocol = Protocol.Sound)
    {
        ArgumentNullException.ThrowIfNull(items);
        sizes ??= SplitSizes.Default;
        if (maxItems < 1)
        {
            throw new PasException("the largest number of items is not usable", "split", "1 or more", FormattableString.Invariant($"{maxItems}")) { Code = ErrorCodes.BadSetting };
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
        // An item without a group is one of its own. A group's place among the groups is that of its first item in the file: by its
        // earliest in the shuffle, large groups would come first, and training and test would not be alike.
        object KeyOf(int index) => items[index].Group ?? (object)index;
        var place = new int[items.Count];
        for (var at = 0; at < order.Length; at++)
        {
            place[order[at]] = at;
        }

        var shuffled = order.ToArray();
        var groups = shuffled.Order().GroupBy(KeyOf).OrderBy(group => place[group.First()]);

        // Counts may ask for fewer items than there are: then the last groups stay out, and one that fits nowhere is used in part.
        var spare = order.Length > room.Sum();
        var shares = new Dictionary<object, (int Part, int Items)>();
        List<int>[] parts = [[], [], []];
        int[] taken = [0, 0, 0];
        foreach (var group in groups.TakeWhile(_ => room.Any(left => left > 0)))
        {
            var share = PartFor(group.Count(), room, taken, spare);
            shares.Add(group.Key, share);
            room[share.Part] -= share.Items;
            taken[share.Part] += share.Items;
        }

        foreach (var index in shuffled)
        {
            var key = KeyOf(index);
            if (shares.GetValueOrDefault(key) is { Items: > 0 } share)
            {
                parts[share.Part].Add(index);
                shares[key] = share with { Items = share.Items - 1 };
            }
        }

        return parts;
    }

    /// <summary>The part that a group goes to, and how many of its items.</summary>
    private static (int Part, int Items) PartFor(int size, int[] room, int[] taken, bool spare)
    {
        if (Array.FindIndex(room, left => left >= size) is >= 0 and var fitting)
        {
            return (fitting, size);
        }

        if (!spare)
        {
            return (Array.IndexOf(room, room.Max()), size);
        }

        var empty = Enumerable.Range(0, room.Length).FirstOrDefault(part => taken[part] == 0 && room[part] > 0, -1);
        var chosen = empty >= 0 ? empty : Array.IndexOf(room, room.Max());
        return (chosen, room[chosen]);
    }
}
