using System.Runtime.InteropServices;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>The numbers of a tensor that is held in blocks.</summary>
internal static class BlockNumbers
{
    private const int BlocksAtOnce = 1 << 10;

    /// <summary>Index of the first NaN or infinity, or null.</summary>
    /// <param name="bytes">The blocks, contiguous, on the CPU.</param>
    /// <param name="type">Their type.</param>
    public static unsafe long? FirstNonFinite(Tensor bytes, BlockType type)
    {
        var first = (byte*)Libtorch.Address(bytes);
        var blocks = bytes.numel() / type.BlockBytes;
        var found = long.MaxValue;
        var finding = new Lock();
        var parts = (int)((blocks + BlocksAtOnce - 1) / BlocksAtOnce);
        Parallel.For(0, parts, () => new float[BlocksAtOnce * type.BlockLength], (part, _, numbers) =>
        {
            var from = (long)part * BlocksAtOnce;
            var count = (int)Math.Min(BlocksAtOnce, blocks - from) * type.BlockLength;
            if (type.FiniteBy.Length > 0 && AreFinite(first + (from * type.BlockBytes), count / type.BlockLength, type))
            {
                return numbers;
            }

            fixed (float* into = numbers)
            {
                type.Widener(first + (from * type.BlockBytes), into, count);
            }

            if (TensorBytes.FirstNonFinite(MemoryMarshal.AsBytes(numbers.AsSpan(0, count))) is { } index)
            {
                lock (finding)
                {
                    found = Math.Min(found, (from * type.BlockLength) + index);
                }
            }

            return numbers;
        }, _ => { });
        return found == long.MaxValue ? null : found;
    }

    /// <summary>Whether the scales of all blocks are finite, and so their numbers.</summary>
    private static unsafe bool AreFinite(byte* blocks, int count, BlockType type)
    {
        const int Exponent = 0x7C00; // All set in what is not finite.
        foreach (var scale in type.FiniteBy)
        {
            for (byte* at = blocks + scale, end = at + ((long)count * type.BlockBytes); at < end; at += type.BlockBytes)
            {
                if ((*(ushort*)at & Exponent) == Exponent)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
