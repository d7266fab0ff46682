using System.Diagnostics;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary>Progress of one fit with an estimate, on standard error: a line at each stage's end, and on a terminal also before.</summary>
internal sealed class ProgressLine(TextWriter error, string prefix = "") : IProgress<StageProgress>, IDisposable
{
    private readonly RewrittenLine _line = new(error);
    private readonly Stopwatch _stage = new();
    private readonly Lock _lock = new();

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            if (value.Done == 0)
            {
                _stage.Restart();
            }
            else if (value.Done < value.Total)
            {
                _line.Show(Invariant($"{prefix}{value.Stage} {value.Done}/{value.Total}, ") + Words.Duration(_stage.Elapsed * ((double)(value.Total - value.Done) / value.Done)) + " left");
            }
            else
            {
                _line.End(Invariant($"{prefix}{value.Stage} {value.Done}/{value.Total} in {_stage.Elapsed.TotalSeconds:0.0} s"));
            }
        }
    }

    /// <summary>Says something in between that stays.</summary>
    public void Note(string text)
    {
        lock (_lock)
        {
            _line.End(prefix + text);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
