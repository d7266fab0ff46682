using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Memory of tensors that are views of a mapped file.</summary>
internal static partial class MappedPages
{
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// Gives the memory back to the system; it is read from the file again when it is next used. Only for a view of a private map
    /// that nobody has written to: what was written would be lost. Where the system cannot be told (not Linux), it takes unused pages by itself.
    /// </summary>
    public static void Release(Tensor view)
    {
        if (!OperatingSystem.IsLinux() || !view.is_contiguous())
        {
            return;
        }

        // Only pages that belong to this tensor alone.
        long page = Environment.SystemPageSize, start = Address(view), end = start + (view.numel() * view.element_size());
        start = (start + page - 1) / page * page;
        end = end / page * page;
        if (start < end)
        {
            _ = Advise((nint)start, (nuint)(end - start), DontNeed); // Advice: when it is not taken, memory stays in use.
        }
    }

    /// <summary>Where a contiguous tensor of at least one element begins.</summary>
    public static unsafe long Address(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* address = first.bytes)
        {
            return (long)address;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nuint length, int advice);
}
