using System.Globalization;
using System.Text.Json.Serialization;

namespace PainlessSteering.Studies;

/// <summary>Who computes a cell.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Process">Process id there.</param>
/// <param name="Started">When the process started, in seconds since 1970: process ids come again.</param>
/// <param name="Job">The Slurm job that it belongs to; or null.</param>
/// <param name="Restarts">How often Slurm had put the job back into the queue.</param>
public sealed record CellOwner(string Machine, int Process, long Started, string? Job, int Restarts = 0)
{
    /// <summary>What the process is known by whatever clocks are set to and machines are called: the machine's boot and container, and the tick at which it began. Null where the system does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Place { get; init; }

    /// <summary>The tick at which the process began, counted from the boot of its machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Tick { get; init; }

    /// <summary>This process.</summary>
    internal static CellOwner Self { get; } = new(
        Environment.MachineName, Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, Environment.GetEnvironmentVariable("SLURM_JOB_ID"),
        int.TryParse(Environment.GetEnvironmentVariable("SLURM_RESTART_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var restarts) ? restarts : 0)
    { Place = ProcessIdentity.Place, Tick = ProcessIdentity.Start };

    /// <summary>Whether the owner lives, where this process can see that; null where it cannot, as with one on another machine.</summary>
    internal bool? Lives => this switch
    {
        { Place: null } when Machine == Self.Machine => StartOf(Process) is { } started && Math.Abs(started - Started) <= 2,
        { Place: not null } when Place == Self.Place => ProcessIdentity.IsRunning(Process, Tick),
        { Job: not null } when Job == Self.Job && Restarts < Self.Restarts => false, // This job, before it was preempted.
        _ => null,
    };

    private static long? StartOf(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            return new DateTimeOffset(found.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
