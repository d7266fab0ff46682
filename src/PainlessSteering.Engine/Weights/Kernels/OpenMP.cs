using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Work shared by the threads that libtorch's own kernels run on. They wait for the next call by spinning, so that threads of another pool would
/// have to fight with them for the processor.
/// </summary>
internal static unsafe class OpenMP
{
    private static readonly delegate* unmanaged<delegate* unmanaged<Share*, void>, Share*, uint, uint, void> Parallel =
        (delegate* unmanaged<delegate* unmanaged<Share*, void>, Share*, uint, uint, void>)Export("GOMP_parallel");

    private static readonly delegate* unmanaged<int> ThreadNumber = (delegate* unmanaged<int>)Export("omp_get_thread_num");

    /// <summary>Runs a share of the work on each thread that this one may use (<c>torch.set_num_threads</c>), and waits for all.</summary>
    /// <param name="count">Pieces of work, shared out in runs of neighbours.</param>
    /// <param name="work">Gets the state, the first piece and the one after its last. It may not throw.</param>
    /// <param name="state">Given to all.</param>
    public static void Run(int count, delegate*<void*, int, int, void> work, void* state)
    {
        var threads = Math.Min(get_num_threads(), count);
        if (threads <= 1)
        {
            work(state, 0, count);
            return;
        }

        var share = new Share { Work = work, State = state, Count = count, Threads = threads };
        if (Parallel is not null && ThreadNumber is not null)
        {
            Parallel(&Enter, &share, (uint)threads, 0);
            return;
        }

        var address = (nint)(&share);
        System.Threading.Tasks.Parallel.For(0, threads, thread => ((Share*)address)->Run(thread));
    }

    [UnmanagedCallersOnly]
    private static void Enter(Share* share) => share->Run(ThreadNumber());

    /// <summary>The symbol of the OpenMP that libtorch is linked with: GNU's on Linux; elsewhere there may be none of that name.</summary>
    private static nint Export(string name) =>
        NativeLibrary.TryLoad(Libtorch.Library, typeof(OpenMP).Assembly, null, out var library) && NativeLibrary.TryGetExport(library, name, out var symbol) ? symbol : 0;

    private struct Share
    {
        public delegate*<void*, int, int, void> Work;
        public void* State;
        public int Count, Threads;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run(int thread) =>
            Work(State, (int)((long)Count * thread / Threads), (int)((long)Count * (thread + 1) / Threads));
    }
}
