namespace PainlessSteering.Engine.Verification;

/// <summary>What comparing a model with a golden found.</summary>
/// <param name="Differences">One for each kind of number that the golden has.</param>
/// <param name="NotCompared">What the golden has and the engine does not, in words.</param>
public sealed record GoldenReport(IReadOnlyList<GoldenDifference> Differences, IReadOnlyList<string> NotCompared)
{
    /// <summary>Whether all that was compared is within its bounds.</summary>
    public bool Holds => Differences.All(difference => difference.Holds);
}
