using System.Diagnostics;

namespace PainlessSteering.Cli.Commands;

/// <summary>A line on standard error that says what is being done: rewritten in place on a terminal, only its end elsewhere.</summary>
internal sealed class RewrittenLine(TextWriter error) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly bool _rewrites = TerminalWriter.IsTerminal(error);
    private readonly Stopwatch _shown = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private int _width;

    /// <summary>Says something for now, a few times a second at most.</summary>
    public void Show(string line)
    {
        lock (_lock)
        {
            if (_rewrites && _shown.Elapsed >= Interval)
            {
                _shown.Restart();
                Write(line);
            }
        }
    }

    /// <summary>Says something that stays, and begins a new line.</summary>
    public void End(string line)
    {
        lock (_lock)
        {
            Write(line);
            error.WriteLine();
            _width = 0;
            _shown.Restart();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_width > 0)
        {
            error.WriteLine(); // An error message begins on a line of its own.
        }
    }

    private void Write(string line)
    {
        line = TerminalText.SafeLine(line);
        TerminalWriter.Below(error).Write(_rewrites ? "\r" + line.PadRight(_width) : line);
        _width = line.Length;
    }
}
