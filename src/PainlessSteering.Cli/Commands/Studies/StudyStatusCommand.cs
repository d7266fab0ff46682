using System.CommandLine;
using PainlessSteering.Statistics;
using PainlessSteering.Studies;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary><c>pas study status</c>: what is done, being done and failed, whoever does it.</summary>
internal static class StudyStatusCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "Folder of the study's results." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("status", """
            Tell how far a study has come: finished cells, cells being computed and by whom, failed ones and why.

              pas study status runs/main
            """) { Folder, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var status = StudyStatus.Of(new ResultStore(parsed.GetRequiredValue(Folder)));
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, status);
            return 0;
        }

        var left = status.SecondsLeft is { } seconds ? $", {Words.Duration(TimeSpan.FromSeconds(seconds))} left" : "";
        Say(Invariant($"{status.Name}: {status.Done} of {status.Cells} cells are done, {status.Running.Count} running, {status.Failed.Count} failed{left}"));
        foreach (var running in status.Running)
        {
            var job = running.Owner.Job is { } slurm ? $", Slurm job {slurm}" : "";
            Say(Invariant($"  running: {running.Cell} (process {running.Owner.Process} on {running.Owner.Machine}{job})"));
        }

        foreach (var failed in status.Failed)
        {
            Say($"  failed: {failed.Cell}: {failed.Reason}");
        }

        foreach (var damaged in status.Damaged)
        {
            Say($"  damaged: {damaged.Problem}");
        }

        return 0;

        void Say(string line) => output.WriteLine(line.ReplaceLineEndings(" ")); // One line each, however long.
    }
}
