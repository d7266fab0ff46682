using System.Diagnostics;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Cli.Commands;

/// <summary>
/// Progress with an estimate on standard error: one line that is rewritten on a terminal, a line at each stage's end elsewhere.
/// </summary>
internal sealed class ProgressLine(TextWriter error, string prefix = "") : IProgress<StageProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly bool _rewrites = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
    private readonly Stopwatch _stage = new();
    private readonly Lock _lock = new();
    private TimeSpan _next;
    private int _width;

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            if (value.Done == 0)
            {
                _stage.Restart();
                _next = Interval;
            }

            var finished = value.Done >= value.Total;
            if (_rewrites && !finished && _stage.Elapsed >= _next)
            {
                _next = _stage.Elapsed + Interval;
                Write(FormattableString.Invariant($"{prefix}{value.Stage} {value.Done}/{value.Total}, {Left(value)} left"));
            }
            else if (finished && value.Total > 0)
            {
                Write(FormattableString.Invariant($"{prefix}{value.Stage} {value.Done}/{value.Total} in {_stage.Elapsed.TotalSeconds:0.0} s"));
                error.WriteLine();
                _width = 0;
            }
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
        error.Write(_rewrites ? "\r" + line.PadRight(_width) : line);
        _width = line.Length;
    }

    private string Left(StageProgress value)
    {
        if (value.Done == 0)
        {
            return "?";
        }

        var left = _stage.Elapsed * ((double)(value.Total - value.Done) / value.Done);
        return left.TotalSeconds < 90
            ? FormattableString.Invariant($"{left.TotalSeconds:0} s")
            : FormattableString.Invariant($"{left.TotalMinutes:0} min");
    }
}
