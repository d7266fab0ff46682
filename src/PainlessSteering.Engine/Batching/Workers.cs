using System.Runtime.ExceptionServices;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Batching;

/// <summary>
/// Threads that compute side by side. On the CPU each has one thread of libtorch's: OpenMP's barriers collapse on a busy
/// machine, separate workers do not. A GPU is fed by one worker.
/// </summary>
internal sealed class Workers(Device device, int threads)
{
    private readonly bool _onCpu = device.type == TorchSharp.DeviceType.CPU;

    /// <summary>How many there are.</summary>
    public int Count { get; } = device.type == TorchSharp.DeviceType.CPU ? threads : 1;

    /// <summary>Runs the body for 0, 1, … on whichever worker is free. The first failure stops the rest and is thrown.</summary>
    /// <param name="items">How many times.</param>
    /// <param name="body">Told the number; runs in a dispose scope of its own.</param>
    /// <param name="gradients">Whether the body computes gradients; without them much is faster.</param>
    public void Run(int items, Action<int> body, bool gradients = false)
    {
        var next = -1;
        Exception? failure = null;

        void Work()
        {
            if (_onCpu)
            {
                Libtorch.UseThreads(1);
            }

            using var mode = inference_mode(!gradients);
            int index;
            while (Volatile.Read(ref failure) is null && (index = Interlocked.Increment(ref next)) < items)
            {
                try
                {
                    using var scope = NewDisposeScope();
                    body(index);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                }
            }
        }

        var workers = Enumerable.Range(0, Math.Min(Count, items)).Select(_ => WorkerThread.Start(Work)).ToList();
        workers.ForEach(worker => worker.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
