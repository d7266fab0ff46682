using System.CommandLine;
using PainlessSteering.Studies;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary><c>pas study submit</c>: the same as run, by a Slurm job array.</summary>
internal static class StudySubmitCommand
{
    private const int DefaultTasks = 8;

    private static readonly Argument<string> File = StudyCommand.File();
    private static readonly Option<string> Out = StudyCommand.Out();
    private static readonly Option<string?> Model = StudyCommand.Model();
    private static readonly Option<string?> Adapter = ModelOptions.Adapter();
    private static readonly Option<string?> Cache = CommonOptions.Cache();
    private static readonly Option<string?> Partition = new("--partition") { HelpName = "name", Description = "Slurm partition (default: the cluster's)." };
    private static readonly Option<int?> Tasks = new("--array") { HelpName = "n", Description = "Number of tasks (default: 8, or one a cell where there are fewer)." };
    private static readonly Option<string?> Time = new("--time") { HelpName = "limit", Description = "Time limit of a task, such as 4:00:00; submit again if it was too short." };
    private static readonly Option<int> Gpus = new("--gpus") { HelpName = "n", Description = "GPUs of each task; one or more makes it compute there." };
    private static readonly Option<int?> Cpus = new("--cpus") { HelpName = "n", Description = "Cores of each task." };

    public static Command Create()
    {
        var command = new Command("submit", """
            Run a study by a Slurm job array. Each task takes cells that no other has; a task that is preempted goes on when it
            comes back. Submit again for what a cancelled or timed-out job has left. The folder must be one that all nodes see.

              pas study submit studies/main-effect.yaml --out /shared/main --partition gpu --array 16 --gpus 1 --time 8:00:00
              pas study status /shared/main
            """) { File, Out, Model, Adapter, Cache, Partition, Tasks, Time, Gpus, Cpus };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var (file, model, folder) = (parsed.GetRequiredValue(File), parsed.GetValue(Model), Path.GetFullPath(parsed.GetRequiredValue(Out)));
        var spec = StudyCommand.Load(file, model, parsed.GetValue(Adapter));
        var (gpus, asked, cpus) = (CommonOptions.AtLeast(0, Gpus, parsed), parsed.GetValue(Tasks), parsed.GetValue(Cpus));
        if (asked < 1 || cpus < 1)
        {
            throw new PasException("too small", null, "1 or more", Invariant($"{(asked < 1 ? asked : cpus)}")) { Setting = asked < 1 ? Tasks.Name : Cpus.Name };
        }

        var store = new ResultStore(folder);
        var left = StudyRunner.Plan(spec, store).Cells.Count(cell => !store.IsDone(cell.Id));
        var output = parsed.InvocationConfiguration.Output;
        if (left == 0)
        {
            output.WriteLine("nothing is submitted: every cell is done");
            return 0;
        }

        var job = new SlurmJob
        {
            Name = spec.Name,
            Folder = folder,
            Command =
            [
                .. OwnProgram.Command, "study", "run", Path.GetFullPath(file), "--out", folder,
                .. model is null ? Array.Empty<string>() : ["--model", Path.Exists(model) ? Path.GetFullPath(model) : model],
                .. parsed.GetValue(Adapter) is { } adapter ? ["--adapter", Path.GetFullPath(adapter)] : Array.Empty<string>(),
                .. parsed.GetValue(Cache) is { } cache ? ["--cache", Path.GetFullPath(cache)] : Array.Empty<string>(),
                .. gpus > 0 ? ["--device", "cuda"] : Array.Empty<string>(),
                .. cpus is { } cores ? ["--threads", Invariant($"{cores}")] : Array.Empty<string>(), // Not every Slurm binds a task to its cores.
            ],
            Tasks = Math.Min(asked ?? DefaultTasks, left),
            Partition = parsed.GetValue(Partition),
            Time = parsed.GetValue(Time),
            Gpus = gpus,
            Cpus = cpus,
        };
        var number = SlurmJob.Submit(job.Write());
        output.WriteLine(Invariant($"Slurm job {number}: {job.Tasks} tasks for {left} cells; see pas study status {folder}"));
        return 0;
    }
}
