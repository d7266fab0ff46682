using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Server.Vectors;

/// <summary>A vector that a request asks for; what is null is as the vector's file says.</summary>
/// <param name="Name">Name of the vector.</param>
/// <param name="Strength">Factor of its values, or a percentage.</param>
/// <param name="Layer">0-based block.</param>
/// <param name="Site">Place in the block.</param>
/// <param name="TokenRule">The tokens that are steered.</param>
/// <param name="Field">Where the request asks for it.</param>
internal sealed record VectorChoice(string Name, SteeringStrength? Strength, int? Layer, SteeringSite? Site, TokenRule? TokenRule, string Field)
{
    /// <summary>Most vectors at once.</summary>
    public const int Most = 64;

    /// <summary>Strengths beyond it are mistakes: a vector's values have about the size of the activations.</summary>
    public const double Strongest = 1e6;

    /// <summary>What strengths may be, for an error.</summary>
    public static string Strengths { get; } = FormattableString.Invariant($"a number from {-Strongest} to {Strongest}, or a percentage such as \"10%\"");

    /// <summary>Reads a percentage; null where the text is none.</summary>
    public static SteeringStrength? Percentage(string text) =>
        text.EndsWith('%') && NumberText.TryReal(text[..^1], out var number) && Math.Abs(number) <= Strongest ? SteeringStrength.Percent(number) : null;
}
