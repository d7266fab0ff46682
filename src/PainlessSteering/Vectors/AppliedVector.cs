using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors;

/// <summary>A vector as it steers a generation.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="StrengthOverride">Strength in place of the vector's own; 0 does not steer.</param>
/// <param name="TokenRuleOverride">Tokens in place of the vector's own rule.</param>
public sealed record AppliedVector(SteeringVector Vector, double? StrengthOverride = null, TokenRule? TokenRuleOverride = null) : ISteering
{
    /// <summary>Factor of the strengths of the vector's edits.</summary>
    public double Strength => StrengthOverride ?? Vector.Strength;

    /// <inheritdoc/>
    public IReadOnlyList<SteeringEdit> Edits => Vector.EditsWith(Strength);

    /// <inheritdoc/>
    public TokenRule TokenRule => TokenRuleOverride ?? Vector.TokenRule;

    /// <inheritdoc/>
    public SteeringCondition? Condition => Vector.Condition;
}
