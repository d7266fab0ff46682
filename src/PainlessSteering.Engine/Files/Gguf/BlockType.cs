using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Numbers of fewer bits, which blocks make good with scales.</summary>
internal abstract unsafe class BlockType(uint number, string name, int blockLength, int blockBytes) : GgufTensorType(number, name, blockLength, blockBytes)
{
    /// <summary>Writes the numbers of whole blocks as float32: where the blocks lie, where the numbers go, and how many numbers.</summary>
    public abstract delegate*<byte*, float*, int, void> Widener { get; }

    /// <summary>Multiplies the numbers of two rows of blocks with others, as they come: <see cref="BlockType{TBlock}.Multiply"/>.</summary>
    public abstract delegate*<byte*, byte*, float*, int, Vector512<float>*, void> Multiplier { get; }

    /// <inheritdoc cref="IBlock.FiniteBy"/>
    public abstract ReadOnlySpan<int> FiniteBy { get; }

    /// <summary>Writes the numbers of whole blocks as float32.</summary>
    /// <param name="blocks">Bytes of the blocks.</param>
    /// <param name="values">As many numbers as they hold.</param>
    public void Widen(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        if (Numbers(blocks.Length) != values.Length)
        {
            throw new ArgumentException("the blocks hold other numbers than there is room for", nameof(values));
        }

        fixed (byte* from = blocks)
        fixed (float* into = values)
        {
            Widener(from, into, values.Length);
        }
    }

    /// <summary>Numbers of so many bytes, whole blocks.</summary>
    public long Numbers(long bytes) => bytes / BlockBytes * BlockLength;
}

/// <summary>A type whose blocks are widened by code of its own, in which the block's sizes are constants.</summary>
internal unsafe class BlockType<TBlock>(uint number, string name) : BlockType(number, name, TBlock.Length, TBlock.Bytes)
    where TBlock : struct, IBlock
{
    public override delegate*<byte*, float*, int, void> Widener => &Widen;

    public override delegate*<byte*, byte*, float*, int, Vector512<float>*, void> Multiplier => &Multiply;

    public override ReadOnlySpan<int> FiniteBy => TBlock.FiniteBy;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* blocks, float* values, int count)
    {
        var written = new WrittenSixteens(values);
        for (var end = values + count; written.To < end; blocks += TBlock.Bytes, written.To += TBlock.Length)
        {
            TBlock.Widen(new(blocks, TBlock.Bytes), ref written);
        }
    }

    /// <summary>The products of two rows of blocks with a row of numbers.</summary>
    /// <param name="first">Blocks of one row.</param>
    /// <param name="second">Blocks of the other.</param>
    /// <param name="row">The numbers.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="sums">Gets for each row sixteen sums, of every sixteenth product each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(byte* first, byte* second, float* row, int count, Vector512<float>* sums)
    {
        MultipliedSixteens a = default, b = default;
        for (var end = row + count; row < end; first += TBlock.Bytes, second += TBlock.Bytes, row += TBlock.Length)
        {
            a.Row = b.Row = row;
            TBlock.Widen(new(first, TBlock.Bytes), ref a);
            TBlock.Widen(new(second, TBlock.Bytes), ref b);
        }

        (sums[0], sums[1]) = (a.Sum, b.Sum);
    }
}

/// <summary>A type whose blocks are also made here.</summary>
internal sealed class PackedType<TBlock>(uint number, string name) : BlockType<TBlock>(number, name), IPackedType
    where TBlock : struct, IPackedBlock
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        for (; !values.IsEmpty; values = values[TBlock.Length..], blocks = blocks[TBlock.Bytes..])
        {
            TBlock.Pack(values[..TBlock.Length], blocks[..TBlock.Bytes]);
        }
    }
}

/// <summary>A type of which blocks can be made.</summary>
internal interface IPackedType
{
    /// <summary>Writes whole blocks.</summary>
    /// <param name="values">Finite numbers of whole blocks.</param>
    /// <param name="blocks">As many bytes as they take.</param>
    void Pack(ReadOnlySpan<float> values, Span<byte> blocks);
}
