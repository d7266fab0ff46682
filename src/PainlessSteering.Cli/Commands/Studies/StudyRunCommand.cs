using System.CommandLine;
using PainlessSteering.Studies;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary><c>pas study run</c>: computes what no one has computed yet.</summary>
internal static class StudyRunCommand
{
    private static readonly Argument<string> File = StudyCommand.File();
    private static readonly Option<string> Out = StudyCommand.Out();
    private static readonly Option<string?> Model = StudyCommand.Model();
    private static readonly Option<string?> Adapter = ModelOptions.Adapter();
    private static readonly Option<string?> Cache = CommonOptions.Cache();

    public static Command Create()
    {
        var command = new Command("run", """
            Compute the cells of a study that have no result yet. Kill it at any moment and run it again: it goes on where it was.
            Run it several times at once, on one machine or many that share the folder: each takes cells that no other has.

              pas study run studies/demo/main-effect.yaml --out runs/main --model assets/demo/model

            A study file names what varies; every key but tasks has a default:
              tasks: [Sycophancy, {name: quiz, data: quiz.csv}]
              models: [meta-llama/Llama-3.1-8B-Instruct]
              seeds: 1-15
              sites: [residual, mlp]

            The exit code is 1 when a cell failed; pas study status says which and why.
            """) { File, Out, Model, Adapter, Cache };
        ModelOptions.AddEngineTo(command);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var error = parsed.InvocationConfiguration.Error;
        var spec = StudyCommand.Load(parsed.GetRequiredValue(File), parsed.GetValue(Model), parsed.GetValue(Adapter));
        var store = new ResultStore(parsed.GetRequiredValue(Out));
        StudyOutcome outcome;
        using (var progress = new StudyProgressLine(error))
        {
            var options = new StudyRunOptions
            {
                Engine = ModelOptions.Engine(parsed),
                Device = ModelOptions.Device(parsed),
                CacheFolder = parsed.GetValue(Cache),
                NameOf = OptionNames.Of,
                Note = progress.Note,
            };
            foreach (var note in spec.Notes)
            {
                progress.Note(note);
            }

            outcome = new StudyRunner(spec, store, options).Run(progress, cancellation);
        }

        error.WriteLine(FormattableString.Invariant($"{outcome.Done} of {outcome.Total} cells are done")
            + (outcome.Failed > 0 ? FormattableString.Invariant($", {outcome.Failed} failed: see pas study status {store.Folder}") : "")
            + (outcome.Elsewhere > 0 ? FormattableString.Invariant($", {outcome.Elsewhere} are being computed elsewhere") : ""));
        return outcome.Failed > 0 ? ErrorReporter.UserError : 0;
    }
}
