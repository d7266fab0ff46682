using System.Runtime.InteropServices;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// Makes a plain tensor of a quantised weight: slices of rows, in parallel. Beside the result it takes a few slices of <see cref="ElementsAtOnce"/> float32 for each
/// processor, and the weight's stored bytes while they are read; they are given back then.
/// </summary>
internal static unsafe class WidenedTensor
{
    private const long ElementsAtOnce = 1 << 18; // 1 MB of float32, or a few rows where these are longer.
    private const int RowsTogether = 32; // Rows whose codes may share words and blocks.

    /// <param name="weight">The weight.</param>
    /// <param name="type">float32, or bfloat16, to which each float32 is rounded.</param>
    /// <returns>The tensor, which nobody else owns; and the first element that is not finite, where one is not.</returns>
    public static (Tensor Tensor, long? NotFinite) Make(CodedWeight weight, ScalarType type)
    {
        var tensor = empty(weight.Shape, type).DetachFromDisposeScope();
        var address = MappedPages.Address(tensor);
        var rows = Math.Max(1, ElementsAtOnce / weight.Inputs / RowsTogether) * RowsTogether;
        var notFinite = long.MaxValue;
        var room = new Lock();
        try
        {
            weight.Open();
            Parallel.For(0L, (weight.Rows + rows - 1) / rows, () => new Slice(), (number, _, slice) =>
            {
                var first = number * rows;
                var count = (int)Math.Min(rows, weight.Rows - first);
                var begin = first * weight.Inputs;
                var values = type == ScalarType.Float32 ? new Span<float>((float*)address + begin, count * weight.Inputs) : slice.Room(count * weight.Inputs);
                weight.Widen(first, count, values);
                if (TensorBytes.FirstNonFinite(MemoryMarshal.AsBytes(values)) is { } index)
                {
                    lock (room)
                    {
                        notFinite = Math.Min(notFinite, begin + index);
                    }
                }

                if (type == ScalarType.BFloat16)
                {
                    fixed (float* numbers = values)
                    {
                        RowVectors.Narrow(numbers, values.Length, (ushort*)address + begin);
                    }
                }

                return slice;
            }, _ => { });
            return (tensor, notFinite == long.MaxValue ? null : notFinite);
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
        finally
        {
            weight.Close();
        }
    }

    /// <summary>Room for the float32 of a slice, which its thread uses again.</summary>
    private sealed class Slice
    {
        private float[] _room = [];

        public Span<float> Room(int count)
        {
            if (_room.Length < count)
            {
                _room = new float[count];
            }

            return _room.AsSpan(0, count);
        }
    }
}
