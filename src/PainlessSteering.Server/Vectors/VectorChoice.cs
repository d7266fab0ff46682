using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Server.Vectors;

/// <summary>A vector that a request asks for; what is null is as the vector's file says.</summary>
/// <param name="Name">Name of the vector.</param>
/// <param name="Strength">Factor of its values.</param>
/// <param name="Layer">0-based block.</param>
/// <param name="Site">Place in the block.</param>
/// <param name="TokenRule">The tokens that are steered.</param>
/// <param name="Field">Where the request asks for it.</param>
internal sealed record VectorChoice(string Name, double? Strength, int? Layer, SteeringSite? Site, TokenRule? TokenRule, string Field)
{
    /// <summary>Most vectors at once.</summary>
    public const int Most = 64;

    /// <summary>Strengths beyond it are mistakes: a vector's values have about the size of the activations.</summary>
    public const double Strongest = 1e6;
}
