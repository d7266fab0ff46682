using PainlessSteering.Engine.Editing;
using PainlessSteering.Statistics;

namespace PainlessSteering.Evaluation;

/// <summary>The edits of one method, or of one placebo of it, at every site and layer of the grid. Compared by identity.</summary>
internal sealed class Variant(string method, PlaceboId? placebo, IReadOnlyDictionary<(SteeringSite Site, int Layer), SteeringEdit> edits)
{
    /// <summary>Name of the method.</summary>
    public string Method { get; } = method;

    /// <summary>Null for the method itself.</summary>
    public PlaceboId? Placebo { get; } = placebo;

    /// <summary>With strength 1; empty where the method's vector is undefined.</summary>
    public IReadOnlyDictionary<(SteeringSite Site, int Layer), SteeringEdit> Edits { get; } = edits;
}
