using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>
/// A weight whose numbers are (code - zero point) scale, where a group of a row's inputs shares scale and zero point. The difference of two
/// codes is exact in float32, so that the product is rounded once.
/// </summary>
internal sealed class ScaledWeight(string name, long[] shape, WeightParts parts) : CodedWeight(name, shape, parts)
{
    private int[]? _groupOf;

    public required RowCodes Codes { get; init; }

    public required Steps Scales { get; init; }

    /// <summary>Null where they are all 0.</summary>
    public Steps? Zeros { get; init; }

    /// <summary>Inputs of a group, which are consecutive but where there is an <see cref="Order"/>; the last may have fewer.</summary>
    public required int Group { get; init; }

    /// <summary>[in] I32: the group of each input; or null.</summary>
    public StoredTensor? Order { get; init; }

    /// <summary>What the product is multiplied by once more, and rounded.</summary>
    public float Factor { get; init; } = 1;

    public override void Open()
    {
        base.Open();
        _groupOf = Order is null ? null : GroupOf(Order);
    }

    public override void Widen(long first, int count, Span<float> values)
    {
        Codes.Read(first, count, values);
        var groups = Scales.Groups;
        float[] scales = ArrayPool<float>.Shared.Rent(count * groups), zeros = ArrayPool<float>.Shared.Rent(count * groups);
        Scales.Read(first, count, scales);
        Zeros?.Read(first, count, zeros);
        if (Zeros is null)
        {
            zeros.AsSpan().Clear();
        }

        for (var row = 0; row < count; row++)
        {
            Scale(values.Slice(row * Inputs, Inputs), scales.AsSpan(row * groups, groups), zeros.AsSpan(row * groups, groups));
        }

        ArrayPool<float>.Shared.Return(scales);
        ArrayPool<float>.Shared.Return(zeros);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(Span<float> row, ReadOnlySpan<float> scales, ReadOnlySpan<float> zeros)
    {
        if (_groupOf is { } groupOf)
        {
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = (row[i] - zeros[groupOf[i]]) * scales[groupOf[i]];
            }
        }
        else
        {
            for (var group = 0; group < scales.Length; group++)
            {
                var from = group * Group;
                Scale(row[from..Math.Min(from + Group, row.Length)], scales[group], zeros[group]);
            }
        }

        if (Factor != 1)
        {
            Scale(row, Factor, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> numbers, float scale, float zero)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = (vectors[i] - new Vector<float>(zero)) * scale;
        }

        for (var i = vectors.Length * Vector<float>.Count; i < numbers.Length; i++)
        {
            numbers[i] = (numbers[i] - zero) * scale;
        }
    }

    /// <summary>The group of each input; null where that is the order in which they lie.</summary>
    /// <exception cref="PasException">There is no such group.</exception>
    private int[]? GroupOf(StoredTensor order)
    {
        int[] groups = [.. MemoryMarshal.Cast<uint, int>(order.Words(0, Inputs))];
        if (Array.TrueForAll(groups, group => group == -1))
        {
            return null; // Made room for, and not used.
        }

        var wrong = Array.FindIndex(groups, group => group < 0 || group >= Scales.Groups);
        if (wrong >= 0)
        {
            throw new PasException(
                "the tensor names a group that the weight does not have", order.Place, FormattableString.Invariant($"0 to {Scales.Groups - 1}"), FormattableString.Invariant($"{groups[wrong]} at element {wrong}"), "the file is damaged; get it again")
            { Code = ErrorCodes.FileDamaged };
        }

        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i] != i / Group)
            {
                return groups;
            }
        }

        return null;
    }
}
