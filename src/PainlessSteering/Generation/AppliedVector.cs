using PainlessSteering.Steering;

namespace PainlessSteering.Generation;

/// <summary>A vector as it steers a generation.</summary>
/// <param name="Vector">The vector.</param>
/// <param name="StrengthOverride">Strength in place of the vector's own; 0 does not steer.</param>
/// <param name="TokenRuleOverride">Tokens in place of the vector's own rule.</param>
public sealed record AppliedVector(SteeringVector Vector, double? StrengthOverride = null, TokenRule? TokenRuleOverride = null)
{
    /// <summary>Factor of the vector's values.</summary>
    public double Strength => StrengthOverride ?? Vector.Strength;

    /// <summary>The tokens that are steered.</summary>
    public TokenRule TokenRule => TokenRuleOverride ?? Vector.TokenRule;
}
