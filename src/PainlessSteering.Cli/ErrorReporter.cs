namespace PainlessSteering.Cli;

/// <summary>Turns an exception into one line on standard error and an exit code.</summary>
internal static class ErrorReporter
{
    /// <summary>Exit code of every failure that the user can act on.</summary>
    public const int UserError = 1;

    /// <summary>Exit code of a bug in the tool.</summary>
    public const int InternalError = 70;

    /// <summary>Exit code after Ctrl-C, as shells expect it.</summary>
    public const int Cancelled = 130;

    public static int Report(Exception exception, TextWriter error, bool verbose)
    {
        var (line, code) = exception switch
        {
            PasException e => ($"pas: error: {e.Message}", UserError),
            OperationCanceledException => ("pas: stopped", Cancelled),
            IOException or UnauthorizedAccessException => ($"pas: error: {OneLine(exception.Message)}", UserError),
            _ => ($"pas: internal error: {exception.GetType().Name}: {OneLine(exception.Message)}; run again with --verbose for the details", InternalError),
        };
        error.WriteLine(line);
        if (verbose)
        {
            error.WriteLine(exception);
        }

        return code;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
