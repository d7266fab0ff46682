using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using PainlessSteering.Cli.Commands;
using PainlessSteering.Cli.Commands.Chats;
using PainlessSteering.Cli.Commands.Studies;

namespace PainlessSteering.Cli;

/// <summary>The command tree of <c>pas</c>, runnable with any writers so that tests see what a user sees.</summary>
internal static class PasTool
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture; // 0.5 is a half wherever the user lives.
        (output, error) = (TerminalWriter.Over(output), TerminalWriter.Over(error));
        var root = new RootCommand("Painless: fit a steering vector from labelled multiple-choice data, and learn whether it helps.");
        root.Add(CommonOptions.Verbose);
        foreach (var command in Verbs)
        {
            root.Add(command());
        }

        OptionValues.ReadBy(root);
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false, // It prints stacks; ErrorReporter prints one line.
            // SIGTERM lets a write finish; a chat has its own use for Ctrl-C.
            ProcessTerminationTimeout = parsed.CommandResult.Command.Name == ChatCommand.Name ? null : TimeSpan.FromSeconds(30),
        };
        try
        {
            if (parsed.Action is ParseErrorAction && CommandLineMistake.IsWithoutVerb(parsed))
            {
                await root.Parse([.. args, "--help"]).InvokeAsync(configuration, cancellation); // Shows the verbs.
            }

            var runs = parsed.Action is ParseErrorAction || parsed.Action == parsed.CommandResult.Command.Action; // And does not show help or the version.
            if (runs && CommandLineMistake.Of(parsed) is { } mistake)
            {
                throw mistake;
            }

            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (Exception exception)
        {
            return ErrorReporter.Report(exception, error, parsed.GetValue(CommonOptions.Verbose), JsonOutput.IsAsked(parsed));
        }
    }

    /// <summary>Every verb, one file each in Commands/.</summary>
    internal static readonly Func<Command>[] Verbs =
    [
        DemoCommand.Create,
        FitCommand.Create,
        EvalCommand.Create,
        StudyCommand.Create,
        SftCommand.Create,
        GenerateCommand.Create,
        ChatCommand.Create,
        ServeCommand.Create,
        InspectCommand.Create,
        VectorCommand.Create,
        DataCommand.Create,
        TasksCommand.Create,
        DownloadCommand.Create,
        ModelCommand.Create,
        BenchCommand.Create,
        TokenizeCommand.Create,
        TemplateCommand.Create,
    ];
}
