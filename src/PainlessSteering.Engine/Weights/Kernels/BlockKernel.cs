using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Weights in the blocks of a file, on the CPU: a few outputs' numbers are widened into the processor's nearest cache and used there, so that memory is asked
/// for the blocks alone. Every row is added up in the same order in any company.
/// </summary>
internal static unsafe class BlockKernel
{
    /// <summary>Outputs that are widened at once, which share the reading of a row.</summary>
    private const int Outputs = 4;

    /// <summary>Inputs that are widened at once: whole blocks of every type, and with all outputs half of a first cache of 32 KB.</summary>
    private const int Inputs = 1024;

    private const int AlignedTo = 16; // Numbers of a line of the cache.

    /// <summary>From one output's widened numbers to the next's: not a power of two, which would put them into the same places of the cache.</summary>
    private const int Stride = Inputs + 16;

    /// <summary>The product of few rows with a weight.</summary>
    /// <param name="rows">[n, in] float32 or bfloat16, contiguous.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="bias">[out] of the rows' type, or null.</param>
    /// <returns>[n, out], of the rows' type.</returns>
    public static Tensor Multiply(Tensor rows, in Packed weight, Tensor? bias)
    {
        int count = (int)rows.size(0), stride = (int)rows.size(1);
        var into = rows.new_empty(count, weight.Outputs);
        var rented = rows.dtype == ScalarType.Float32 ? null : ArrayPool<float>.Shared.Rent(count * stride);
        fixed (float* wide = rented)
        {
            if (wide is not null)
            {
                RowVectors.Widen(rows, wide, stride);
            }

            var job = new Job { Weight = weight, Rows = wide is not null ? wide : (float*)Libtorch.Address(rows), Count = count, Into = new RowsInto(into, bias) };
            OpenMP.Run((weight.Outputs + Outputs - 1) / Outputs, count == 1 ? &RunOne : &Run, &job);
        }

        if (rented is not null)
        {
            ArrayPool<float>.Shared.Return(rented);
        }

        return into;
    }

    /// <summary>Some outputs' numbers.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="first">First output.</param>
    /// <param name="into">[n, in] float32 or bfloat16, contiguous; gets the numbers.</param>
    public static void Widen(in Packed weight, int first, Tensor into)
    {
        var job = new Widening { Weight = weight, First = first, Into = (void*)Libtorch.Address(into), IsWide = into.dtype == ScalarType.Float32 };
        OpenMP.Run((int)into.size(0), &Widen, &job);
    }

    private static void Widen(void* state, int first, int end)
    {
        ref readonly var job = ref *(Widening*)state;
        ref readonly var weight = ref job.Weight;
        var wide = stackalloc float[Inputs];
        for (var output = first; output < end; output++)
        {
            var blocks = weight.Blocks + ((job.First + output) * weight.RowBytes);
            if (job.IsWide)
            {
                weight.Widen(blocks, (float*)job.Into + ((long)output * weight.Inputs), weight.Inputs);
                continue;
            }

            for (var input = 0; input < weight.Inputs; input += Inputs, blocks += weight.ChunkBytes)
            {
                var count = Math.Min(Inputs, weight.Inputs - input);
                weight.Widen(blocks, wide, count);
                RowVectors.Narrow(wide, count, (ushort*)job.Into + ((long)output * weight.Inputs) + input);
            }
        }
    }

    /// <summary>Of one row, whose products are added up as the numbers come.</summary>
    private static void RunOne(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        ref readonly var weight = ref job.Weight;
        var sums = stackalloc Vector512<float>[2];
        for (int output = first * Outputs, last = Math.Min(end * Outputs, weight.Outputs); output < last; output += 2)
        {
            var blocks = weight.Blocks + (output * weight.RowBytes);
            var isPair = output + 1 < last;
            weight.Multiply(blocks, isPair ? blocks + weight.RowBytes : blocks, job.Rows, weight.Inputs, sums);
            job.Into.Store(Vector512.Sum(sums[0]), 0, output);
            if (isPair)
            {
                job.Into.Store(Vector512.Sum(sums[1]), 0, output + 1);
            }
        }
    }

    private static void Run(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        var room = stackalloc float[(Outputs * Stride) + AlignedTo];
        var wide = Aligned(room);
        var sums = stackalloc Vector512<float>[job.Count * Outputs];
        for (var four = first; four < end; four++)
        {
            var (output, present) = (four * Outputs, Math.Min(Outputs, job.Weight.Outputs - (four * Outputs)));
            new Span<Vector512<float>>(sums, job.Count * Outputs).Clear();
            for (int input = 0, chunk = 0; input < job.Weight.Inputs; input += Inputs, chunk++)
            {
                var count = Math.Min(Inputs, job.Weight.Inputs - input);
                for (var i = 0; i < present; i++)
                {
                    job.Weight.Widen(job.Weight.Blocks + ((output + i) * job.Weight.RowBytes) + (chunk * job.Weight.ChunkBytes), wide + (i * Stride), count);
                }

                for (var row = 0; row < job.Count; row++)
                {
                    Add(wide, job.Rows + ((long)row * job.Weight.Inputs) + input, count, sums + (row * Outputs));
                }
            }

            for (var row = 0; row < job.Count; row++)
            {
                for (var i = 0; i < present; i++)
                {
                    job.Into.Store(Vector512.Sum(sums[(row * Outputs) + i]), row, output + i);
                }
            }
        }
    }

    /// <summary>The first place whose vectors lie in one line of the cache each.</summary>
    private static float* Aligned(float* from) => (float*)(((nint)from + (AlignedTo * sizeof(float)) - 1) & -(AlignedTo * sizeof(float)));

    /// <summary>Adds the products of a row's inputs with four outputs'. What is not there of the outputs is added up too, and not used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(float* wide, float* row, int count, Vector512<float>* sums)
    {
        Vector512<float> a = sums[0], b = sums[1], c = sums[2], d = sums[3];
        for (nint i = 0; i < count; i += Vector512<float>.Count)
        {
            var inputs = Vector512.Load(row + i);
            a = Vector512.FusedMultiplyAdd(Vector512.Load(wide + i), inputs, a);
            b = Vector512.FusedMultiplyAdd(Vector512.Load(wide + Stride + i), inputs, b);
            c = Vector512.FusedMultiplyAdd(Vector512.Load(wide + (2 * Stride) + i), inputs, c);
            d = Vector512.FusedMultiplyAdd(Vector512.Load(wide + (3 * Stride) + i), inputs, d);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
    }

    /// <summary>A weight as the kernel reads it.</summary>
    public readonly struct Packed
    {
        /// <param name="blocks">The rows' blocks, behind each other.</param>
        /// <param name="type">Their type; its blocks are of a multiple of 16 numbers, and at most 256.</param>
        /// <param name="outputs">Rows.</param>
        /// <param name="inputs">Numbers of a row: whole blocks.</param>
        public Packed(byte* blocks, BlockType type, int outputs, int inputs)
        {
            Blocks = blocks;
            Widen = type.Widener;
            Multiply = type.Multiplier;
            (Outputs, Inputs) = (outputs, inputs);
            (RowBytes, ChunkBytes) = (type.Bytes(inputs), type.Bytes(BlockKernel.Inputs));
        }

        public byte* Blocks { get; private init; }

        /// <summary>Widens so many numbers, whole blocks.</summary>
        public delegate*<byte*, float*, int, void> Widen { get; }

        /// <summary>Multiplies two outputs' numbers with a row.</summary>
        public delegate*<byte*, byte*, float*, int, Vector512<float>*, void> Multiply { get; }

        public int Outputs { get; private init; }

        public int Inputs { get; }

        public long RowBytes { get; }

        public long ChunkBytes { get; }

        /// <summary>Other rows of the same type and length.</summary>
        public Packed With(byte* blocks, int outputs) => this with { Blocks = blocks, Outputs = outputs };
    }

    private struct Job
    {
        public Packed Weight;
        public float* Rows; // [count, inputs]
        public int Count;
        public RowsInto Into;
    }

    private struct Widening
    {
        public Packed Weight;
        public long First;
        public void* Into;
        public bool IsWide;
    }
}
