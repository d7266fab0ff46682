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
    /// <param name="runs">Rows of a leaf of each prompt; null where all are one.</param>
    /// <returns>[tokens + prompts x (leaves + count) x rows of a leaf, size]</returns>
    public static Tensor? TryRun(Tensor rows, int tokens, int leaves, int count, int[]? runs = null)
    {
        if (!Libtorch.IsPlain(rows))
        {
            return null;
        }

        var rowBytes = rows.size(1) * rows.element_size();
        var leafRows = (rows.size(0) - tokens) / leaves; // One leaf of every prompt.
        var all = rows.new_empty(tokens + (leafRows * (leaves + count)), rows.size(1));
        byte* from = (byte*)Libtorch.Address(rows), into = (byte*)Libtorch.Address(all);
        void Copy(byte* some, long number)
        {
            Buffer.MemoryCopy(some, into, number * rowBytes, number * rowBytes);
            into += number * rowBytes;
        }

        Copy(from, tokens);
        var leaf = from + (tokens * rowBytes);
        var prompts = runs?.Length ?? leafRows;
        for (var prompt = 0L; prompt < prompts; prompt++)
        {
            var run = runs?[prompt] ?? 1;
            Copy(leaf, leaves * run);
            for (var fork = 0; fork < count; fork++)
            {
                Copy(leaf, run);
            }

            leaf += leaves * run * rowBytes;
        }

        return all;
    }
}
