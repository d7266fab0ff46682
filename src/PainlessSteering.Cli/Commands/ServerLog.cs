using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary>Writes what the server logs, a line each: names of files and texts of requests in it can neither command a terminal nor look like another line.</summary>
internal sealed class ServerLog() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "pas";

    private const string StartFailed = "HostedServiceStartupFaulted";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.EventId.Name != StartFailed) // The tool tells it, in its own words.
        {
            var line = Invariant($"{Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {logEntry.Formatter(logEntry.State, logEntry.Exception)} {logEntry.Exception}");
            textWriter.WriteLine(TerminalText.SafeLine(UrlCredentials.Hidden(line.TrimEnd())));
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical => "crit",
        LogLevel.Error => "fail",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "dbug",
    };
}
