using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using PainlessSteering.Engine.Files.Gguf.Types;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>How the numbers of a tensor lie in a GGUF file: in blocks of so many numbers and so many bytes.</summary>
/// <param name="number">Its number in the file.</param>
/// <param name="name">Its name.</param>
/// <param name="blockLength">Numbers of a block; a row is whole blocks.</param>
/// <param name="blockBytes">Bytes of a block.</param>
internal abstract class GgufTensorType(uint number, string name, int blockLength, int blockBytes)
{
    /// <summary>Every type that can be read. A new one is one file and one entry here.</summary>
    public static IReadOnlyList<GgufTensorType> All { get; } =
    [
        new PlainType(0, "F32", 4, ScalarType.Float32),
        new PlainType(1, "F16", 2, ScalarType.Float16),
        new PlainType(30, "BF16", 2, ScalarType.BFloat16),
        new PlainType(28, "F64", 8, ScalarType.Float64),
        new PlainType(24, "I8", 1, ScalarType.Int8),
        new PlainType(25, "I16", 2, ScalarType.Int16),
        new PlainType(26, "I32", 4, ScalarType.Int32),
        new PlainType(27, "I64", 8, ScalarType.Int64),
        new Q4_0(),
        new Q4_1(),
        new Q5_0(),
        new Q5_1(),
        new Q8_0(),
        new Q2_K(),
        new Q3_K(),
        new Q4_K(),
        new Q5_K(),
        new Q6_K(),
        new IQ1_S(),
        new IQ1_M(),
        new IQ2_XXS(),
        new IQ2_XS(),
        new IQ2_S(),
        new IQ3_XXS(),
        new IQ3_S(),
        new IQ4_NL(),
        new IQ4_XS(),
        new TQ1_0(),
        new TQ2_0(),
        new MXFP4(),
        new NVFP4(),
    ];

    public uint Number => number;

    public string Name => name;

    public int BlockLength => blockLength;

    public int BlockBytes => blockBytes;
}

/// <summary>Numbers one after another, as libtorch has them too.</summary>
internal sealed class PlainType(uint number, string name, int bytes, ScalarType torch) : GgufTensorType(number, name, 1, bytes)
{
    public ScalarType Torch => torch;
}

/// <summary>Numbers of fewer bits, which blocks make good with scales.</summary>
internal abstract class BlockType(uint number, string name, int blockLength, int blockBytes) : GgufTensorType(number, name, blockLength, blockBytes)
{
    /// <summary>Writes the numbers of whole blocks as float32.</summary>
    /// <param name="blocks">Bytes of the blocks.</param>
    /// <param name="values">As many numbers as they hold.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Widen(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BlockBytes..], values = values[BlockLength..])
        {
            WidenBlock(blocks[..BlockBytes], values[..BlockLength]);
        }
    }

    /// <summary>Writes the numbers of one block.</summary>
    /// <param name="block">Its bytes.</param>
    /// <param name="values">As many numbers as it has.</param>
    protected abstract void WidenBlock(ReadOnlySpan<byte> block, Span<float> values);

    /// <summary>A float16 of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static float Half(ReadOnlySpan<byte> block, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    /// <summary>Half a byte: of the byte n / 2 the low one for an even n, the high one for an odd n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int Nibble(ReadOnlySpan<byte> bytes, int n) => (bytes[n / 2] >> (4 * (n % 2))) & 15;
}
