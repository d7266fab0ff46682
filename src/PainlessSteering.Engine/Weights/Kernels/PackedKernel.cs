using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Products of few rows with a weight as oneDNN packs it, on the CPU and in float32: for these oneDNN spends more on the call than on arithmetic, and
/// reads the memory at half its rate. Sums are made in oneDNN's order, input by input within a chunk and then chunk by chunk, so that a row has the
/// same bits here as there.
/// </summary>
internal static unsafe class PackedKernel
{
    /// <summary>Outputs that lie side by side, for each input in turn.</summary>
    private const int Block = 64;

    /// <summary>With more rows oneDNN is faster.</summary>
    public static int MostRows => FourRows.Count;

    /// <summary>Inputs that oneDNN takes as one, and how many of these it adds up from zero: the same number each time, or the most where that would be too few.</summary>
    private const int InputsOfStep = 16, MostSteps = 64, LeastSteps = 16;

    /// <summary>How the kernel would read a packed weight, if this processor's oneDNN packs and adds as known; to be tried.</summary>
    /// <param name="packed">The packed weight, alive while it is read.</param>
    /// <param name="weight">The same as a plain tensor, [out, in].</param>
    /// <returns>Null where it does not.</returns>
    public static Packed? Reading(Tensor packed, Tensor weight)
    {
        var blocks = (weight.size(0) + Block - 1) / Block;
        if (!Vector512.IsHardwareAccelerated || weight.size(1) % InputsOfStep != 0
            || Libtorch.Number("mkldnn::_nbytes", packed) != blocks * Block * weight.size(1) * weight.element_size())
        {
            return null;
        }

        var steps = (int)weight.size(1) / InputsOfStep;
        var together = Enumerable.Range(LeastSteps, MostSteps - LeastSteps + 1).LastOrDefault(count => steps % count == 0, MostSteps);
        return new Packed
        {
            Address = (void*)Libtorch.Number("mkldnn::data_ptr", packed),
            Outputs = (int)weight.size(0),
            Inputs = (int)weight.size(1),
            Chunk = InputsOfStep * together,
        };
    }

    /// <summary>The product of rows with a weight.</summary>
    /// <param name="rows">[n, in] contiguous, of the weight's type; n is 1 to 4.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="bias">[out] of the same type, or null.</param>
    /// <returns>[n, out] of the same type.</returns>
    public static Tensor Multiply(Tensor rows, in Packed weight, Tensor? bias)
    {
        var into = rows.new_empty(rows.size(0), weight.Outputs);
        var (count, filled) = ((int)rows.size(0), rows.size(0) == 1 ? 1 : MostRows);
        var rented = ArrayPool<float>.Shared.Rent(filled * weight.Inputs);
        fixed (float* wide = rented)
        {
            RowVectors.Widen(rows, wide, weight.Inputs);
            new Span<float>(wide + (count * weight.Inputs), (filled - count) * weight.Inputs).Clear();
            var job = new Job { Weight = weight, Rows = wide, Count = count, Into = new RowsInto(into, bias) };
            OpenMP.Run((weight.Outputs + Block - 1) / Block, rows.dtype == ScalarType.Float32 ? &Run<float> : &Run<ushort>, &job);
        }

        ArrayPool<float>.Shared.Return(rented);
        return into;
    }

    /// <summary>Some outputs' rows of the weight.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="outputs">Numbers of the outputs, [n] of a whole type, on the CPU.</param>
    /// <param name="into">[n, in] contiguous, of the weight's type; gets the rows.</param>
    public static void CopyRows(in Packed weight, Tensor outputs, Tensor into)
    {
        using var numbers = outputs.to(ScalarType.Int64, copy: true);
        var number = (long*)Libtorch.Address(numbers);
        var row = (uint*)Libtorch.Address(into);
        var words = weight.Inputs * (int)into.element_size() / sizeof(uint); // Of a row, where two bfloat16 are one.
        for (var i = 0L; i < into.size(0); i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)number[i], (ulong)weight.Outputs, nameof(outputs));
            var (block, within) = Math.DivRem(number[i], Block);
            var from = (uint*)weight.Address + (block * words * Block) + within;
            for (var word = 0; word < words; word++, row++, from += Block)
            {
                *row = *from;
            }
        }
    }

    private static void Run<T>(void* state, int first, int end)
        where T : unmanaged
    {
        ref readonly var job = ref *(Job*)state;
        var sums = stackalloc float[MostRows * Block];
        for (var block = first; block < end; block++)
        {
            new Span<float>(sums, MostRows * Block).Clear();
            var weights = (T*)job.Weight.Address + ((long)block * Block * job.Weight.Inputs);
            for (var input = 0; input < job.Weight.Inputs; input += job.Weight.Chunk)
            {
                var from = weights + ((long)input * Block);
                var count = Math.Min(job.Weight.Chunk, job.Weight.Inputs - input);
                if (job.Count == 1)
                {
                    Add<T, OneRow>(from, job.Rows + input, count, job.Weight.Inputs, sums);
                }
                else
                {
                    Add<T, FourRows>(from, job.Rows + input, count, job.Weight.Inputs, sums);
                }
            }

            for (var i = 0; i < job.Count * Block; i += Vector512<float>.Count)
            {
                job.Into.Store(Vector512.Load(sums + i), i / Block, (block * Block) + (i % Block));
            }
        }
    }

    /// <summary>Adds a chunk's part of the sums. It calls nothing: all sums stay in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T, TRows>(T* weights, float* rows, int inputs, int stride, float* sums)
        where T : unmanaged
        where TRows : IRowCount
    {
        float* a = rows, b = a + stride, c = b + stride, d = c + stride;
        Vector512<float> a0 = Vector512<float>.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        Vector512<float> c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
        if (typeof(T) == typeof(float))
        {
            for (nint i = 0; i < inputs; i++, weights += Block)
            {
                var w = (float*)weights;
                Vector512<float> w0 = Vector512.Load(w), w1 = Vector512.Load(w + 16), w2 = Vector512.Load(w + 32), w3 = Vector512.Load(w + 48);
                AddTo(ref a0, ref a1, ref a2, ref a3, w0, w1, w2, w3, a[i]);
                if (TRows.Count > 1)
                {
                    AddTo(ref b0, ref b1, ref b2, ref b3, w0, w1, w2, w3, b[i]);
                    AddTo(ref c0, ref c1, ref c2, ref c3, w0, w1, w2, w3, c[i]);
                    AddTo(ref d0, ref d1, ref d2, ref d3, w0, w1, w2, w3, d[i]);
                }
            }
        }
        else
        {
            // Two inputs side by side in a word. The processor's own instruction adds the upper one first.
            for (nint i = 0; i < inputs; i += 2, weights += 2 * Block)
            {
                var w = (uint*)weights;
                Vector512<uint> v0 = Vector512.Load(w), v1 = Vector512.Load(w + 16), v2 = Vector512.Load(w + 32), v3 = Vector512.Load(w + 48);
                Vector512<float> w0 = Upper(v0), w1 = Upper(v1), w2 = Upper(v2), w3 = Upper(v3);
                AddTo(ref a0, ref a1, ref a2, ref a3, w0, w1, w2, w3, a[i + 1]);
                if (TRows.Count > 1)
                {
                    AddTo(ref b0, ref b1, ref b2, ref b3, w0, w1, w2, w3, b[i + 1]);
                    AddTo(ref c0, ref c1, ref c2, ref c3, w0, w1, w2, w3, c[i + 1]);
                    AddTo(ref d0, ref d1, ref d2, ref d3, w0, w1, w2, w3, d[i + 1]);
                }

                (w0, w1, w2, w3) = (Lower(v0), Lower(v1), Lower(v2), Lower(v3));
                AddTo(ref a0, ref a1, ref a2, ref a3, w0, w1, w2, w3, a[i]);
                if (TRows.Count > 1)
                {
                    AddTo(ref b0, ref b1, ref b2, ref b3, w0, w1, w2, w3, b[i]);
                    AddTo(ref c0, ref c1, ref c2, ref c3, w0, w1, w2, w3, c[i]);
                    AddTo(ref d0, ref d1, ref d2, ref d3, w0, w1, w2, w3, d[i]);
                }
            }
        }

        AddTo(sums, a0, a1, a2, a3);
        if (TRows.Count > 1)
        {
            AddTo(sums + Block, b0, b1, b2, b3);
            AddTo(sums + (2 * Block), c0, c1, c2, c3);
            AddTo(sums + (3 * Block), d0, d1, d2, d3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(
        ref Vector512<float> sum0, ref Vector512<float> sum1, ref Vector512<float> sum2, ref Vector512<float> sum3,
        Vector512<float> w0, Vector512<float> w1, Vector512<float> w2, Vector512<float> w3, float input)
    {
        var all = Vector512.Create(input);
        sum0 = Vector512.FusedMultiplyAdd(w0, all, sum0);
        sum1 = Vector512.FusedMultiplyAdd(w1, all, sum1);
        sum2 = Vector512.FusedMultiplyAdd(w2, all, sum2);
        sum3 = Vector512.FusedMultiplyAdd(w3, all, sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(float* sums, Vector512<float> part0, Vector512<float> part1, Vector512<float> part2, Vector512<float> part3)
    {
        (Vector512.Load(sums) + part0).Store(sums);
        (Vector512.Load(sums + 16) + part1).Store(sums + 16);
        (Vector512.Load(sums + 32) + part2).Store(sums + 32);
        (Vector512.Load(sums + 48) + part3).Store(sums + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Upper(Vector512<uint> words) => (words & Vector512.Create(RowVectors.UpperHalf)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lower(Vector512<uint> words) => Vector512.ShiftLeft(words, 16).AsSingle();

    /// <summary>A weight as the kernel reads it.</summary>
    public readonly struct Packed
    {
        /// <summary>[blocks of outputs, inputs, outputs of a block] float32, or [blocks, inputs / 2, outputs of a block, 2] bfloat16.</summary>
        public void* Address { get; init; }

        /// <summary>Without what fills the last block.</summary>
        public int Outputs { get; init; }

        public int Inputs { get; init; }

        /// <summary>Inputs that are added up from zero; the last may be fewer.</summary>
        public int Chunk { get; init; }
    }

    private struct Job
    {
        public Packed Weight;
        public float* Rows; // [count filled up, inputs]
        public int Count;
        public RowsInto Into;
    }
}
