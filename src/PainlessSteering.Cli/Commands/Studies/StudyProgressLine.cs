using PainlessSteering.Statistics;
using PainlessSteering.Studies;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary>A line a finished cell with what it found and the time left; on a terminal also what is being done, rewritten in place.</summary>
internal sealed class StudyProgressLine(TextWriter error) : IProgress<StudyProgress>, IDisposable
{
    private readonly RewrittenLine _line = new(error);

    /// <inheritdoc/>
    public void Report(StudyProgress value)
    {
        var count = Invariant($"{value.Done + value.Failed}/{value.Total}");
        var left = value.Left is { } time && value.Done + value.Failed < value.Total ? $", {Words.Duration(time)} left" : "";
        if (value.Result is { } result)
        {
            var effect = result.Overall.Test.Effect.Points / 100;
            _line.End($"{count} {value.Cell.Title}: {Words.Points(effect)} points{left}"); // The verdict is the study's, over all seeds.
        }
        else if (value.Problem is { } problem)
        {
            _line.End($"{count} {value.Cell.Title}: failed: {problem}{left}");
        }
        else if (value.Stage is { } stage)
        {
            _line.Show(Invariant($"{count} {value.Cell.Title}: {stage.Stage} {stage.Done}/{stage.Total}{left}"));
        }
    }

    /// <summary>A line that stays.</summary>
    public void Note(string line) => _line.End($"note: {line}");

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
