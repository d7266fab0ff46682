using System.Runtime.ExceptionServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace PainlessSteering.Data.Guards;

/// <summary>Runs a statement of DuckDB on a thread of its own, with a deep stack, and interrupts it where it passes a limit or is cancelled.</summary>
internal static class BoundedQuery
{
    private const int PollMilliseconds = 10;

    /// <param name="connection">The connection that <paramref name="action"/> uses.</param>
    /// <param name="memory">Limits the memory of the process until it is disposed of; null for no such limit.</param>
    /// <param name="action">Runs the statement.</param>
    /// <param name="time">The processor time that it may take.</param>
    /// <param name="growth">The bytes that the process may grow by meanwhile; null for no such limit.</param>
    /// <param name="refuse">Makes the error of what is wrong and which limit was passed.</param>
    /// <param name="cancellation">Stops it.</param>
    public static void Run(DuckDBConnection connection, Func<IDisposable>? memory, Action action, TimeSpan time, long? growth, Func<string, string, PasException> refuse, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Exception? failure = null;
        ThreadTime? used = null;
        var thread = new Thread(
            () =>
            {
                Volatile.Write(ref used, new ThreadTime());
                try
                {
                    action();
                }
                catch (Exception exception)
                {
                    failure = exception; // Thrown below, on the caller's thread.
                }
            },
            DataLimits.StackBytes)
        { IsBackground = true, Name = "data" };
        using var limit = memory?.Invoke();
        var before = Environment.WorkingSet;
        thread.Start();
        PasException? passed = null;
        while (!thread.Join(PollMilliseconds))
        {
            if (passed is null && Volatile.Read(ref used) is { } clock && clock.Elapsed > time)
            {
                passed = refuse("it takes too long", FormattableString.Invariant($"at most {time.TotalSeconds:0.#} s of processor time for data of this size"));
            }

            if (passed is null && growth is { } most && Environment.WorkingSet - before > most)
            {
                passed = refuse("it takes too much memory", $"at most {DataLimits.InWords(most)}");
            }

            if (passed is not null || cancellation.IsCancellationRequested)
            {
                NativeMethods.Startup.DuckDBInterrupt(connection.NativeConnection);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        if (failure is OutOfMemoryException or DuckDBException { Message: "std::bad_alloc" } || failure?.Message.StartsWith("Out of Memory", StringComparison.Ordinal) == true)
        {
            passed ??= refuse("it takes too much memory", $"at most {DataLimits.Memory}, and {DataLimits.TemporaryFiles} in temporary files");
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(passed ?? failure);
        }
    }
}
