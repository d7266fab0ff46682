using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Files.Gguf.Types;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Numbers of two bytes as blocks, so that a weight of them is held and multiplied as it lies, in any type computed in.</summary>
internal static class HalfBlocks
{
    private static readonly BlockType BFloat16 = new BlockType<BF16>(30, "BF16"), Float16 = new BlockType<F16>(1, "F16");

    /// <summary>The blocks that a matrix of a type is made of; null for types and lengths of rows of which there are none.</summary>
    /// <param name="type">Type of the numbers.</param>
    /// <param name="inputs">Numbers of a row.</param>
    public static BlockType? Of(ScalarType type, long inputs) => type switch
    {
        ScalarType.BFloat16 when inputs % BFloat16.BlockLength == 0 => BFloat16,
        ScalarType.Float16 when inputs % Float16.BlockLength == 0 => Float16,
        _ => null,
    };
}
