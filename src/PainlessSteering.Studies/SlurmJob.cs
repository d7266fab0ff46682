using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace PainlessSteering.Studies;

/// <summary>
/// A Slurm job array whose tasks all run one study in one shared folder: each takes cells that no other has, and one that is
/// preempted and put back into the queue goes on with what is left.
/// </summary>
public sealed partial record SlurmJob
{
    private const int LongestName = 200;

    /// <summary>Name of the study.</summary>
    public required string Name { get; init; }

    /// <summary>The study's folder, which every node must see.</summary>
    public required string Folder { get; init; }

    /// <summary>What each task runs: program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Number of tasks.</summary>
    public required int Tasks { get; init; }

    /// <summary>Partition; Slurm's default if null.</summary>
    public string? Partition { get; init; }

    /// <summary>Time limit of a task as Slurm writes it: minutes, or <c>hours:minutes:seconds</c>, or <c>days-hours</c>; the partition's if null.</summary>
    public string? Time { get; init; }

    /// <summary>GPUs of each task.</summary>
    public int Gpus { get; init; }

    /// <summary>Cores of each task; Slurm's default if null.</summary>
    public int? Cpus { get; init; }

    /// <summary>Writes the job's script into the study's folder.</summary>
    /// <returns>Full path of the script.</returns>
    /// <exception cref="PasException">An option is nothing that Slurm understands, or the folder cannot be written.</exception>
    public string Write()
    {
        var folder = Path.Combine(Path.GetFullPath(Folder), "slurm");
        AtomicFolder.Make(folder);
        var script = Path.Combine(folder, "job.sh");
        AtomicFile.WriteAllText(script, Script(folder));
        return script;
    }

    /// <summary>Hands a script to Slurm.</summary>
    /// <returns>The number of the job.</returns>
    /// <exception cref="PasException">There is no Slurm here, or it refuses the job.</exception>
    public static string Submit(string script)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("sbatch", ["--parsable", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new PasException(
                "Slurm's command sbatch is not to be found", script, remedy: "submit from a node of the cluster; or run 'pas study run' as often as you have machines: they share the work", inner: e)
            { Code = ErrorCodes.Unavailable };
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output.Trim().Split(';')[0]
                : throw new PasException("Slurm refuses the job", script, found: error.Result.Trim(), remedy: $"check {SettingName.Of(nameof(Partition))}, {SettingName.Of(nameof(Time))} and {SettingName.Of(nameof(Gpus))}") { Code = ErrorCodes.Unavailable };
        }
    }

    private string Script(string folder)
    {
        var text = new StringBuilder("#!/bin/bash\n# Written by 'pas study submit'.\n");
        void Option(string name, string? value) => text.Append(value is null ? "" : $"#SBATCH --{name}={value}\n");
        Option("job-name", "pas-" + FileNames.Fitted(NotPlain().Replace(Name, "-"), LongestName));
        Option("array", Invariant($"0-{Tasks - 1}"));
        Option("partition", Checked(Partition, nameof(Partition)));
        Option("time", Checked(Time, nameof(Time)));
        Option("gpus", Gpus > 0 ? Invariant($"{Gpus}") : null);
        Option("cpus-per-task", Cpus is { } cpus ? Invariant($"{cpus}") : null);
        Option("chdir", Quote(Environment.CurrentDirectory));
        Option("output", Quote(Path.Combine(folder, "%A_%a.log")));
        Option("open-mode", "append");
        text.Append("#SBATCH --requeue\n\nexec ").AppendJoin(' ', Command.Select(Quote)).Append('\n');
        return text.ToString();
    }

    private static string? Checked(string? value, string setting) => value is null || Plain().IsMatch(value)
        ? value
        : throw new PasException("not what Slurm understands", expected: "letters, digits and -_:,.", found: $"'{value}'") { Setting = setting };

    /// <summary>A word as the shell, and sbatch, read it back.</summary>
    private static string Quote(string word) => word.Contains('\n', StringComparison.Ordinal)
        ? throw new PasException("a path with a line break cannot stand in a job script", word) { Code = ErrorCodes.BadInput }
        : Plain().IsMatch(word) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:,@%+=-]+\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"[^\w.-]+")]
    private static partial Regex NotPlain();
}
