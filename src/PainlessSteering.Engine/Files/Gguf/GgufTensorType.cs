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
        new Q4_1(),
        new Q6_K(),
        new Q8_0(),
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
    public abstract void Widen(ReadOnlySpan<byte> blocks, Span<float> values);
}
