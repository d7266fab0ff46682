using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors.Formats;

/// <summary>What a file of another program says about steering; null where it does not say.</summary>
/// <param name="Format">The format, as provenance names it.</param>
/// <param name="Directions">The vectors.</param>
internal sealed record ForeignFile(string Format, IReadOnlyList<Direction> Directions)
{
    /// <summary>Where in a block the vectors are added.</summary>
    public SteeringSite? Site { get; init; }

    /// <summary>Their factor.</summary>
    public double? Strength { get; init; }

    /// <summary>The tokens that are steered.</summary>
    public TokenRule? TokenRule { get; init; }
}
