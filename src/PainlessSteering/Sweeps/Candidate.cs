using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Sweeps;

/// <summary>One cell of a grid: the edits that it answers under. Compared by identity.</summary>
internal sealed class Candidate
{
    /// <param name="edits">At least one; edits at one place act in this order.</param>
    /// <exception cref="PasException">No model can bear them.</exception>
    public Candidate(params IReadOnlyList<SteeringEdit> edits)
    {
        SteeringFit.EnsureBearable(edits);
        Edits = edits;
        First = edits.MinBy(edit => (edit.Layer, edit.Site.Point))!;
    }

    /// <summary>What is done to the activations.</summary>
    public IReadOnlyList<SteeringEdit> Edits { get; }

    /// <summary>The edit that a pass meets first.</summary>
    public SteeringEdit First { get; }

    /// <summary>Up to where the candidate's row is the unsteered one.</summary>
    public CapturePoint Fork => First.Place;
}
