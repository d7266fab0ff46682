using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// How 4-bit integers lie in bytes: blocks of outputs, in a block input after input, in an input the first half of the block's outputs
/// in the low halves of its bytes, the second half in the high ones. libtorch's kernels for AVX-512 and AVX2 want it so, and it widens
/// to [in, out] by copies of whole runs.
/// </summary>
internal static class Int4Layout
{
    private static readonly TorchSharp.Scalar Sixteen = 16;
    private static readonly int? KernelBlock = FindKernelBlock();

    /// <summary>Outputs of a block.</summary>
    public static int Block => KernelBlock ?? 64;

    /// <summary>Whether libtorch has a kernel for this layout on this processor.</summary>
    public static bool HasKernel => KernelBlock is not null;

    /// <param name="integers">[out, in] bytes of 0 to 15; out is a multiple of the block.</param>
    /// <param name="block">Outputs of a block.</param>
    /// <returns>[out / block, in, block / 2]</returns>
    public static Tensor Pack(Tensor integers, int block)
    {
        var halves = integers.view(-1, 2, block / 2, integers.shape[1]).permute(1, 0, 3, 2); // [half, block, in, output of the half]
        return halves.select(0, 0).add(halves.select(0, 1), Sixteen).contiguous();
    }

    /// <param name="nibbles">[out / block, in, block / 2]</param>
    /// <returns>[in, out]</returns>
    public static Tensor Unpack(Tensor nibbles) =>
        cat([nibbles.bitwise_and(15), nibbles.bitwise_right_shift(4)], 2).transpose(0, 1).reshape(nibbles.shape[1], -1);

    /// <summary>libtorch packs as its kernel for this processor wants it; where that is this layout, the kernel may be used.</summary>
    private static int? FindKernelBlock()
    {
        if (!Libtorch.IsAvailable || !CpuFeatures.IsX64)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var integers = tensor([.. Enumerable.Range(0, 64 * 64).Select(i => i * 7919 % 16)], ScalarType.Int32).view(64, 64);
        var packed = Libtorch.Call("aten::_convert_weight_to_int4pack_for_cpu", integers, 1).view(-1);
        foreach (var block in new[] { 64, 32 })
        {
            if (packed.Equals(Pack(integers.to(ScalarType.Byte), block).view(-1)))
            {
                return block;
            }
        }

        return null;
    }
}
