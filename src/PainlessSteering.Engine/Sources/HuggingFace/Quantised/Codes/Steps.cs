namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

/// <summary>Numbers that a weight has one of for each group of a row's inputs: scales, or zero points.</summary>
internal abstract class Steps
{
    /// <summary>Groups of a row.</summary>
    public required int Groups { get; init; }

    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="numbers">[rows, groups]</param>
    public abstract void Read(long first, int count, Span<float> numbers);
}

/// <summary>One number for each tile of a weight, row after row. Tiles begin at the first row and column of each matrix, and are cut off at its last.</summary>
internal sealed class TileSteps : Steps
{
    private readonly StoredTensor _tensor;
    private readonly long _rows, _tileRows, _tiles; // Of a matrix: rows, rows of a tile, tiles above each other.

    private TileSteps(StoredTensor tensor, long rows, long tileRows) => (_tensor, _rows, _tileRows, _tiles) = (tensor, rows, tileRows, Tiles(rows, tileRows));

    /// <summary>One number for a whole weight, however many dimensions it is stored with.</summary>
    public static TileSteps One(StoredTensor tensor, long[] weight)
    {
        var rows = weight[..^1].Aggregate(1L, (product, size) => product * size);
        return tensor.Elements == 1 ? new TileSteps(tensor, rows, rows) { Groups = 1 } : throw tensor.WrongShape("one number");
    }

    /// <param name="tensor">[…, tiles above each other, tiles beside each other]</param>
    /// <param name="weight">The weight's shape, […, out, in].</param>
    /// <param name="rows">Rows of a tile.</param>
    /// <param name="columns">Columns of a tile.</param>
    public static TileSteps Of(StoredTensor tensor, long[] weight, long rows, long columns) =>
        Fits(tensor, weight, rows, columns) ? new TileSteps(tensor, weight[^2], rows) { Groups = (int)Tiles(weight[^1], columns) } : throw tensor.WrongShape($"[{string.Join(", ", Shape(weight, rows, columns))}]");

    /// <summary>Whether a tensor has a number for each tile.</summary>
    public static bool Fits(StoredTensor tensor, long[] weight, long rows, long columns)
    {
        var shape = Shape(weight, rows, columns);
        return tensor.Shape.SequenceEqual(shape) || (shape[^1] == 1 && tensor.Shape.AsSpan().SequenceEqual(shape.AsSpan(..^1))); // One for each row may be a list.
    }

    public override void Read(long first, int count, Span<float> numbers)
    {
        var before = -1L;
        for (var row = 0; row < count; row++)
        {
            var (matrix, within) = Math.DivRem(first + row, _rows);
            var tile = (matrix * _tiles) + (within / _tileRows);
            var into = numbers.Slice(row * Groups, Groups);
            if (tile == before)
            {
                numbers.Slice((row - 1) * Groups, Groups).CopyTo(into);
            }
            else
            {
                _tensor.Numbers(tile * Groups, into);
            }

            before = tile;
        }
    }

    private static long[] Shape(long[] weight, long rows, long columns) => [.. weight[..^2], Tiles(weight[^2], rows), Tiles(weight[^1], columns)];

    private static long Tiles(long size, long tile) => (size + tile - 1) / tile;
}

/// <summary>Numbers that are the quotient by, or the product with, one that the whole weight has, rounded.</summary>
/// <param name="steps">The numbers.</param>
/// <param name="whole">Has the one number.</param>
/// <param name="divides">Whether it divides.</param>
internal sealed class RelativeSteps(Steps steps, StoredTensor whole, bool divides) : Steps
{
    public override void Read(long first, int count, Span<float> numbers)
    {
        Span<float> one = stackalloc float[1];
        whole.Numbers(0, one);
        steps.Read(first, count, numbers);
        foreach (ref var number in numbers[..(count * Groups)])
        {
            number = divides ? number / one[0] : number * one[0];
        }
    }
}

/// <summary>Numbers of all rows beside each other, group after group.</summary>
/// <param name="tensor">[groups, out]</param>
/// <param name="rows">How many rows there are.</param>
internal sealed class ColumnSteps(StoredTensor tensor, long rows) : Steps
{
    public override void Read(long first, int count, Span<float> numbers)
    {
        Span<float> group = new float[count];
        for (var g = 0; g < Groups; g++)
        {
            tensor.Numbers((g * rows) + first, group);
            for (var row = 0; row < count; row++)
            {
                numbers[(row * Groups) + g] = group[row];
            }
        }
    }
}
