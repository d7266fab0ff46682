using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// How integers of few bits lie in words of 32: in blocks of 16 outputs, word after word of the inputs, each word of all outputs of the block
/// side by side, in a word the first input in the lowest bits. So a vector of 16 words holds the same inputs of 16 outputs.
/// </summary>
internal static class QuantisedLayout
{
    /// <summary>Outputs of a block.</summary>
    public const int Block = 16;

    /// <param name="integers">[out, in] int32, from 0 up; out is a multiple of the block, in of what a word holds.</param>
    /// <param name="bits">Of an integer.</param>
    /// <returns>[out / block, words of an output, block] int32</returns>
    public static Tensor Pack(Tensor integers, int bits)
    {
        using var scope = NewDisposeScope();
        var places = Places(bits, integers.device);
        var apart = integers.view(-1, Block, integers.size(1) / places.size(0), places.size(0)).bitwise_left_shift(places);
        return apart.sum([3L], type: ScalarType.Int32).transpose(1, 2).contiguous().MoveToOuterDisposeScope();
    }

    /// <param name="words">[blocks, words of an output, block] int32</param>
    /// <param name="bits">Of an integer.</param>
    /// <returns>[blocks x block, in] int32</returns>
    public static Tensor Unpack(Tensor words, int bits)
    {
        using var scope = NewDisposeScope();
        var apart = words.transpose(1, 2).unsqueeze(3).bitwise_right_shift(Places(bits, words.device)).bitwise_and((1 << bits) - 1);
        return apart.reshape(words.size(0) * Block, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Where in a word each of its integers begins.</summary>
    private static Tensor Places(int bits, Device device) => tensor([.. Enumerable.Range(0, 32 / bits).Select(i => i * bits)], ScalarType.Int32, device);
}
