using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// A weight in the layout of oneDNN's matrix kernels, reached through libtorch's stable C interface. A product with it knows
/// no gradients. Safe to use from several threads.
/// </summary>
internal sealed unsafe partial class PackedWeight : IDisposable
{
    private const string Library = "torch_cpu";
    private readonly Tensor _packed;

    private PackedWeight(Tensor packed) => _packed = packed;

    /// <summary>Whether this libtorch has the interface and this processor the kernels.</summary>
    public static bool IsAvailable { get; } = CpuFeatures.IsX64
        && NativeLibrary.TryLoad(Library, typeof(PackedWeight).Assembly, null, out var library)
        && new[] { "aoti_torch_new_tensor_handle", "aoti_torch_call_dispatcher", "aoti_torch_cpu__linear_pointwise" }
            .All(name => NativeLibrary.TryGetExport(library, name, out _));

    /// <summary>Copies a weight into the packed layout, at about 1 GB/s.</summary>
    /// <param name="weight">[out, in] float32 or bfloat16, on the CPU.</param>
    public static PackedWeight Pack(Tensor weight)
    {
        nint handle;
        Check(NewHandle(weight.Handle, &handle)); // The call below takes it over.
        var stack = stackalloc ulong[] { (ulong)handle, 0 }; // The weight, and no number of rows to expect.
        Check(CallDispatcher("mkldnn::_reorder_linear_weight", "", stack));
        return new PackedWeight(Tensor.UnsafeCreateTensor((nint)stack[0]).DetachFromDisposeScope());
    }

    /// <param name="rows">[…, in], of the weight's type.</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[…, out]</returns>
    public Tensor Multiply(Tensor rows, Tensor? bias)
    {
        nint product, biasHandle = bias?.Handle ?? 0;
        fixed (byte* noActivation = "none"u8)
        {
            Check(LinearPointwise(rows.Handle, _packed.Handle, bias is null ? null : &biasHandle, noActivation, null, 0, null, &product));
        }

        return Tensor.UnsafeCreateTensor(product);
    }

    public void Dispose() => _packed.Dispose();

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("libtorch's packed matrix product failed; its message stands above");
        }
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewHandle(nint tensor, nint* made);

    [LibraryImport(Library, EntryPoint = "aoti_torch_call_dispatcher", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallDispatcher(string name, string overload, ulong* stack);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu__linear_pointwise")]
    private static partial int LinearPointwise(
        nint rows, nint weight, nint* bias, byte* activation, double** scalars, long scalarCount, byte** algorithm, nint* product);
}
