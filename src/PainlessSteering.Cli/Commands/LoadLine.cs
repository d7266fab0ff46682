using System.Diagnostics;
using PainlessSteering.Engine.Sources;
using static System.FormattableString;

namespace PainlessSteering.Cli.Commands;

/// <summary>Progress of a model's loading, on standard error, where it takes longer than a second.</summary>
internal sealed class LoadLine(TextWriter error) : IProgress<LoadProgress>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly RewrittenLine _line = new(error);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <inheritdoc/>
    public void Report(LoadProgress value)
    {
        if (_clock.Elapsed > Patience)
        {
            _line.Show(Invariant($"loading the model: {100 * value.Done / value.Total}%"));
        }
    }

    /// <summary>Says how long it took.</summary>
    public void End()
    {
        if (_clock.Elapsed > Patience)
        {
            _line.End(Invariant($"loaded the model in {_clock.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _line.Dispose();
}
