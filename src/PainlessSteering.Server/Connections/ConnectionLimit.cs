using static System.FormattableString;

namespace PainlessSteering.Server.Connections;

/// <summary>How many connections the process has room for.</summary>
internal static partial class ConnectionLimit
{
    /// <summary>Descriptors for all else that the process opens while it serves, those who are refused among it.</summary>
    private const int Reserve = 128 + Refusals.Most;
    private const int Fewest = 16;

    /// <summary>As many as are asked for, or fewer where the process may not open that many files.</summary>
    /// <param name="asked">Most connections.</param>
    /// <param name="log">Told where they are fewer.</param>
    /// <exception cref="PasException">There is hardly room for any.</exception>
    public static int Of(int asked, ILogger log)
    {
        if (OpenFiles.Most is not { } most)
        {
            return asked;
        }

        var room = Of(asked, most, OpenFiles.Count);
        if (room < asked)
        {
            LogLowered(log, room, most);
        }

        return room;
    }

    /// <inheritdoc cref="Of(int, ILogger)"/>
    /// <param name="asked">Most connections.</param>
    /// <param name="most">Most files and connections that the process may have open.</param>
    /// <param name="open">Those that it has.</param>
    public static int Of(int asked, long most, int open)
    {
        var room = most - open - Reserve;
        return room >= Math.Min(asked, Fewest)
            ? (int)Math.Min(asked, room)
            : throw new PasException("the process may open too few files to serve", expected: Invariant($"at least {open + Reserve + Fewest}"), found: Invariant($"{most}"), remedy: "raise the limit (ulimit -n)") { Code = ErrorCodes.Unavailable };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "at most {Connections} connections, because the process may open {Files} files (ulimit -n)")]
    private static partial void LogLowered(ILogger log, int connections, long files);
}
