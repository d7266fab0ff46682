using System.Collections.Concurrent;

namespace PainlessSteering.Engine.Batching;

/// <summary>
/// A thread that stays when its work is done, for the next work. A new thread each time would be given another of libc's heaps by turns,
/// each of which would grow to the size of a pass, and fresh pages for all that the last thread had freed.
/// </summary>
internal sealed class WorkerThread
{
    private static readonly ConcurrentStack<WorkerThread> Idle = new();

    private readonly object _gate = new();
    private Action? _work; // null while it has none

    private WorkerThread() => new Thread(Loop) { IsBackground = true, Name = "forward" }.Start();

    /// <summary>Starts work on a thread that has none; <see cref="Join"/> gives it back.</summary>
    /// <param name="work">Throws nothing.</param>
    public static WorkerThread Start(Action work)
    {
        var thread = Idle.TryPop(out var idle) ? idle : new WorkerThread();
        thread.Become(work);
        return thread;
    }

    /// <summary>Waits for the end of the work.</summary>
    public void Join()
    {
        lock (_gate)
        {
            while (_work is not null)
            {
                Monitor.Wait(_gate);
            }
        }

        Idle.Push(this);
    }

    private void Become(Action? work)
    {
        lock (_gate)
        {
            _work = work;
            Monitor.PulseAll(_gate);
        }
    }

    private Action Next()
    {
        lock (_gate)
        {
            while (_work is null)
            {
                Monitor.Wait(_gate);
            }

            return _work;
        }
    }

    private void Loop()
    {
        while (true)
        {
            Next()();
            Become(null);
        }
    }
}
