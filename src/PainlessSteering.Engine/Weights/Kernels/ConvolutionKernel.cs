using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// A causal convolution of each channel by itself, then SiLU or nothing, on the CPU: one pass over memory, where libtorch makes one for every tap and three more.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    /// <summary>Channels that go through all rows together: their taps stay in the nearest cache, and a row's are long enough to be fetched ahead.</summary>
    private const int Side = 256;

    /// <summary>Whether the kernel can be run; otherwise libtorch has to do it.</summary>
    /// <param name="rows">[n, channels]</param>
    /// <param name="window">[taps - 1, channels]</param>
    public static bool Takes(Tensor rows, Tensor window) =>
        rows.size(1) % Vector512<float>.Count == 0 && rows.dtype == window.dtype && Libtorch.IsPlain(rows) && Libtorch.IsPlain(window);

    /// <param name="rows">[n, channels] float32 or bfloat16.</param>
    /// <param name="window">[taps - 1, channels] of the same type: the rows before, oldest first.</param>
    /// <param name="taps">[taps, channels] float32; the last one meets the row itself.</param>
    /// <param name="into">[n, channels] float32, gets the sums, activated where asked for.</param>
    /// <param name="apart">Whether each row stands directly behind the window, and not behind the row before it.</param>
    /// <param name="isActivated">Whether SiLU follows.</param>
    public static void Run(Tensor rows, Tensor window, Tensor taps, Tensor into, bool apart, bool isActivated)
    {
        var job = new Job
        {
            Rows = (void*)Libtorch.Address(rows),
            Window = (void*)Libtorch.Address(window),
            Taps = (float*)Libtorch.Address(taps),
            Into = (float*)Libtorch.Address(into),
            IsWide = rows.dtype == ScalarType.Float32,
            Apart = apart,
            IsActivated = isActivated,
            Count = (int)rows.size(0),
            Channels = (int)rows.size(1),
            Before = (int)window.size(0),
        };
        OpenMP.Run((job.Channels + Side - 1) / Side, &Run, &job);
    }

    private static void Run(void* state, int first, int end)
    {
        ref readonly var job = ref *(Job*)state;
        for (var side = first; side < end; side++)
        {
            var (from, behind) = (side * Side, Math.Min((side + 1) * Side, job.Channels));
            if (job.IsWide)
            {
                Convolve((float*)job.Rows, (float*)job.Window, from, behind, job);
            }
            else
            {
                Convolve((ushort*)job.Rows, (ushort*)job.Window, from, behind, job);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convolve<T>(T* rows, T* window, int first, int end, in Job job)
        where T : unmanaged
    {
        var seen = stackalloc T*[job.Before + 1];
        for (var row = 0; row < job.Count; row++)
        {
            for (var tap = 0; tap <= job.Before; tap++)
            {
                var at = tap == job.Before ? row : job.Apart ? tap - job.Before : row - job.Before + tap;
                seen[tap] = at >= 0 ? rows + ((long)at * job.Channels) : window + ((long)(job.Before + at) * job.Channels);
            }

            for (var channel = first; channel < end; channel += Vector512<float>.Count)
            {
                var sum = Vector512<float>.Zero;
                for (var tap = 0; tap <= job.Before; tap++)
                {
                    sum = Vector512.FusedMultiplyAdd(Load(seen[tap] + channel), Vector512.Load(job.Taps + ((long)tap * job.Channels) + channel), sum);
                }

                if (job.IsActivated)
                {
                    var (low, high) = Exponential.Of(-sum.GetLower(), -sum.GetUpper());
                    sum /= Vector512.Create(low, high) + Vector512<float>.One;
                }

                sum.Store(job.Into + ((long)row * job.Channels) + channel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load<T>(T* from)
        where T : unmanaged => typeof(T) == typeof(float) ? Vector512.Load((float*)from) : RowVectors.Wide((ushort*)from);

    private struct Job
    {
        public void* Rows, Window;
        public float* Taps, Into;
        public bool IsWide, Apart, IsActivated;
        public int Count, Channels, Before;
    }
}
