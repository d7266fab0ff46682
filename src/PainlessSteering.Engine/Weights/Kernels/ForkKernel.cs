using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Forks rows on the CPU: plain copies, where libtorch takes several calls for every prompt.</summary>
internal static unsafe class ForkKernel
{
    /// <summary>Copies the first leaf of each prompt to the end of its leaves, or gives null where libtorch has to do it.</summary>
    /// <param name="rows">[tokens + prompts x leaves, size]</param>
    /// <param name="tokens">Rows before the leaves.</param>
    /// <param name="leaves">Leaves of a prompt.</param>
    /// <param name="count">How many copies.</param>
    /// <returns>[tokens + prompts x (leaves + count), size]</returns>
    public static Tensor? TryRun(Tensor rows, int tokens, int leaves, int count)
    {
        if (!Libtorch.IsPlain(rows))
        {
            return null;
        }

        var (prompts, rowBytes) = ((rows.size(0) - tokens) / leaves, rows.size(1) * rows.element_size());
        var all = rows.new_empty(tokens + (prompts * (leaves + count)), rows.size(1));
        byte* from = (byte*)Libtorch.Address(rows), into = (byte*)Libtorch.Address(all);
        void Copy(byte* some, long number)
        {
            Buffer.MemoryCopy(some, into, number * rowBytes, number * rowBytes);
            into += number * rowBytes;
        }

        Copy(from, tokens);
        var leaf = from + (tokens * rowBytes);
        for (var prompt = 0L; prompt < prompts; prompt++, leaf += leaves * rowBytes)
        {
            Copy(leaf, leaves);
            for (var fork = 0; fork < count; fork++)
            {
                Copy(leaf, 1);
            }
        }

        return all;
    }
}
