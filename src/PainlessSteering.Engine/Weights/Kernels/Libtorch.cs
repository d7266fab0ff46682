using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Operators of libtorch that TorchSharp does not have, through libtorch's stable C interface. None of them knows gradients.</summary>
internal static unsafe partial class Libtorch
{
    internal const string Library = "torch_cpu";

    /// <summary>Whether this libtorch has the interface.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(Libtorch).Assembly, null, out var library)
        && new[] { "aoti_torch_new_tensor_handle", "aoti_torch_get_data_ptr", "aoti_torch_call_dispatcher", "aoti_torch_cpu__linear_pointwise" }
            .All(name => NativeLibrary.TryGetExport(library, name, out _));

    /// <summary>Sets how many threads the operators take that the calling thread calls.</summary>
    /// <param name="count">At least 1.</param>
    /// <returns>How many they took before.</returns>
    public static int UseThreads(int count)
    {
        // Asking settles the thread's own number, which libtorch would else set at its first operator, to what any thread asked for last.
        var before = get_num_threads();
        set_num_threads(count);
        return before;
    }

    /// <summary>Calls an operator that gives one tensor.</summary>
    /// <param name="name">With its namespace, e.g. <c>aten::to_dense</c>.</param>
    /// <param name="arguments">Of its default overload.</param>
    public static Tensor Call(string name, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc ulong[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            stack[i] = arguments[i].Tensor is { } tensor ? NewHandle(tensor) : (ulong)arguments[i].Number;
        }

        Check(CallDispatcher(name, "", stack));
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>Asks an operator of one tensor that gives a number.</summary>
    /// <param name="name">With its namespace.</param>
    /// <param name="tensor">Its argument.</param>
    public static long Number(string name, Tensor tensor)
    {
        var stack = NewHandle(tensor);
        Check(CallDispatcher(name, "", &stack));
        return (long)stack;
    }

    /// <summary>oneDNN's product of rows [..., in] with a weight [out, in], plain or packed, of the same type.</summary>
    public static Tensor Product(Tensor rows, Tensor weight, Tensor? bias)
    {
        nint product, biasHandle = bias?.Handle ?? 0;
        fixed (byte* noActivation = "none"u8)
        {
            Check(LinearPointwise(rows.Handle, weight.Handle, bias is null ? null : &biasHandle, noActivation, null, 0, null, &product));
        }

        return Tensor.UnsafeCreateTensor(product);
    }

    /// <summary>Whether a tensor is numbers in a row in the processor's memory, and no gradients are asked for: fit for a kernel of ours.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="gradients">The kernel has gradients, so they may be asked for.</param>
    public static bool IsPlain(Tensor tensor, bool gradients = false) => IsAvailable && tensor.device_type == TorchSharp.DeviceType.CPU
        && tensor.dtype is ScalarType.Float32 or ScalarType.BFloat16 && (gradients || !AsksForGradients(tensor)) && tensor.is_contiguous();

    /// <summary>Whether autograd has to know what becomes of a tensor.</summary>
    public static bool AsksForGradients(Tensor tensor) => is_grad_enabled() && tensor.requires_grad;

    /// <summary>Where a tensor's first element lies; valid while the tensor lives.</summary>
    public static nint Address(Tensor tensor)
    {
        nint address;
        Check(DataPointer(tensor.Handle, &address));
        return address;
    }

    /// <summary>A handle of its own, which the call that it is given to takes over.</summary>
    private static ulong NewHandle(Tensor tensor)
    {
        nint handle;
        Check(NewHandle(tensor.Handle, &handle));
        return (ulong)handle;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException("an operator of libtorch failed; its message stands above");
        }
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_new_tensor_handle")]
    private static partial int NewHandle(nint tensor, nint* made);

    [LibraryImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int DataPointer(nint tensor, nint* address);

    [LibraryImport(Library, EntryPoint = "aoti_torch_call_dispatcher", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CallDispatcher(string name, string overload, ulong* stack);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu__linear_pointwise")]
    private static partial int LinearPointwise(
        nint rows, nint weight, nint* bias, byte* activation, double** scalars, long scalarCount, byte** algorithm, nint* product);

    /// <summary>A tensor, or a number; 0 also stands for an optional argument that is left out.</summary>
    public readonly record struct Argument(Tensor? Tensor, long Number)
    {
        public static implicit operator Argument(Tensor tensor) => new(tensor, 0);

        public static implicit operator Argument(long number) => new(null, number);
    }
}
