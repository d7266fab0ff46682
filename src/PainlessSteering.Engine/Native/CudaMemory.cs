using System.Runtime.InteropServices;

namespace PainlessSteering.Engine.Native;

/// <summary>What the first CUDA device has left of memory, as its driver says: libtorch has no function for it that TorchSharp knows.</summary>
internal static unsafe class CudaMemory
{
    /// <summary>Bytes; null where the driver does not say.</summary>
    public static long? Free()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
        {
            return null;
        }

        if (!NativeLibrary.TryGetExport(driver, "cuInit", out var initialise)
            || !NativeLibrary.TryGetExport(driver, "cuDevicePrimaryCtxRetain", out var retain)
            || !NativeLibrary.TryGetExport(driver, "cuCtxPushCurrent_v2", out var push)
            || !NativeLibrary.TryGetExport(driver, "cuCtxPopCurrent_v2", out var pop)
            || !NativeLibrary.TryGetExport(driver, "cuMemGetInfo_v2", out var ask)
            || ((delegate* unmanaged<uint, int>)initialise)(0) != 0)
        {
            return null;
        }

        // The context that libtorch computes in too; it stays, as libtorch keeps it.
        nint context, popped;
        if (((delegate* unmanaged<nint*, int, int>)retain)(&context, 0) != 0 || ((delegate* unmanaged<nint, int>)push)(context) != 0)
        {
            return null;
        }

        nuint free, total;
        var isTold = ((delegate* unmanaged<nuint*, nuint*, int>)ask)(&free, &total) == 0;
        _ = ((delegate* unmanaged<nint*, int>)pop)(&popped);
        return isTold ? (long)free : null;
    }
}
