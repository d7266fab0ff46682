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
        new PackedType<Q4_0>(2, "Q4_0"),
        new BlockType<Q4_1>(3, "Q4_1"),
        new BlockType<Q5_0>(6, "Q5_0"),
        new BlockType<Q5_1>(7, "Q5_1"),
        new PackedType<Q8_0>(8, "Q8_0"),
        new BlockType<Q2_K>(10, "Q2_K"),
        new BlockType<Q3_K>(11, "Q3_K"),
        new BlockType<Q4_K>(12, "Q4_K"),
        new BlockType<Q5_K>(13, "Q5_K"),
        new PackedType<Q6_K>(14, "Q6_K"),
        new BlockType<IQ1_S>(19, "IQ1_S"),
        new BlockType<IQ1_M>(29, "IQ1_M"),
        new BlockType<IQ2_XXS>(16, "IQ2_XXS"),
        new BlockType<IQ2_XS>(17, "IQ2_XS"),
        new BlockType<IQ2_S>(22, "IQ2_S"),
        new BlockType<IQ3_XXS>(18, "IQ3_XXS"),
        new BlockType<IQ3_S>(21, "IQ3_S"),
        new BlockType<IQ4_NL>(20, "IQ4_NL"),
        new BlockType<IQ4_XS>(23, "IQ4_XS"),
        new BlockType<TQ1_0>(34, "TQ1_0"),
        new BlockType<TQ2_0>(35, "TQ2_0"),
        new BlockType<MXFP4>(39, "MXFP4"),
        new BlockType<NVFP4>(40, "NVFP4"),
    ];

    public uint Number => number;

    public string Name => name;

    public int BlockLength => blockLength;

    public int BlockBytes => blockBytes;

    /// <summary>Bytes of so many numbers, whole blocks.</summary>
    public long Bytes(long numbers) => numbers / BlockLength * BlockBytes;

    /// <summary>The type of a name that there is.</summary>
    public static GgufTensorType Of(string name) => All.First(type => type.Name == name);
}

/// <summary>Numbers one after another, as libtorch has them too.</summary>
internal sealed class PlainType(uint number, string name, int bytes, ScalarType torch) : GgufTensorType(number, name, 1, bytes)
{
    public ScalarType Torch => torch;
}
