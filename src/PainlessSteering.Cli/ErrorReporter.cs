using PainlessSteering.Cli.Commands;

namespace PainlessSteering.Cli;

/// <summary>Turns an exception into one line on standard error, before it the same as JSON where a program reads, and an exit code.</summary>
internal static class ErrorReporter
{
    /// <summary>Exit code of every failure that the user can mend.</summary>
    public const int UserError = 1;

    /// <summary>Exit code of a command line whose words are not those of the tool.</summary>
    public const int WrongCommand = 2;

    /// <summary>Exit code of a bug in the tool.</summary>
    public const int InternalError = 70;

    /// <summary>Exit code after Ctrl-C or SIGTERM, as shells expect it.</summary>
    public const int Cancelled = 130;

    /// <param name="exception">What went wrong.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="verbose">Whether the stack trace is told too.</param>
    /// <param name="json">Whether a line <c>{"error": {"code", "what", …}}</c> comes before the line for people.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, TextWriter error, bool verbose = false, bool json = false)
    {
        var told = InWords(exception);
        if (json)
        {
            JsonOutput.WriteLine(error, new { Error = new { told.Code, told.What, told.Setting, told.Where, told.Expected, told.Found, told.Remedy } });
        }

        error.WriteLine($"pas: {Beginning(told.Code)}{told.Message}");
        if (verbose)
        {
            error.WriteLine(UrlCredentials.Hidden(exception.ToString()));
        }

        return told.Code switch
        {
            ErrorCodes.WrongCommand => WrongCommand,
            ErrorCodes.InternalError => InternalError,
            ErrorCodes.Stopped => Cancelled,
            _ => UserError,
        };
    }

    /// <summary>The error with the settings of the libraries called by their options.</summary>
    private static PasException InWords(Exception exception) => exception switch
    {
        PasException e => e.Named(OptionNames.Of),
        OperationCanceledException => new("stopped") { Code = ErrorCodes.Stopped },
        IOException or UnauthorizedAccessException => new(OneLine(exception.Message)) { Code = ErrorCodes.FileAccess },
        _ => new($"{exception.GetType().Name}: {OneLine(exception.Message)}", remedy: "run again with --verbose for the details") { Code = ErrorCodes.InternalError },
    };

    private static string Beginning(string code) => code switch
    {
        ErrorCodes.Stopped => "",
        ErrorCodes.InternalError => "internal error: ",
        _ => "error: ",
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
