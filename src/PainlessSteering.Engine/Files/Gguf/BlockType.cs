using System.Runtime.CompilerServices;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Numbers of fewer bits, which blocks make good with scales.</summary>
internal abstract unsafe class BlockType(uint number, string name, int blockLength, int blockBytes) : GgufTensorType(number, name, blockLength, blockBytes)
{
    /// <summary>Writes the numbers of whole blocks as float32: where the blocks lie, where the numbers go, and how many numbers.</summary>
    public abstract delegate*<byte*, float*, int, void> Widener { get; }

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

    /// <summary>Bytes of so many numbers, whole blocks.</summary>
    public long Bytes(long numbers) => numbers / BlockLength * BlockBytes;

    /// <summary>Numbers of so many bytes, whole blocks.</summary>
    public long Numbers(long bytes) => bytes / BlockBytes * BlockLength;
}

/// <summary>A type whose blocks are widened by code of its own, in which the block's sizes are constants.</summary>
internal sealed unsafe class BlockType<TBlock>(uint number, string name) : BlockType(number, name, TBlock.Length, TBlock.Bytes)
    where TBlock : struct, IBlock
{
    public override delegate*<byte*, float*, int, void> Widener => &Widen;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* blocks, float* values, int count)
    {
        for (var end = values + count; values < end; blocks += TBlock.Bytes, values += TBlock.Length)
        {
            TBlock.Widen(new(blocks, TBlock.Bytes), new(values, TBlock.Length));
        }
    }
}
