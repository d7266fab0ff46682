namespace PainlessSteering.Engine.Verification;

/// <summary>How far the engine is from a golden in one kind of number: the place where the bound is reached or passed most.</summary>
/// <param name="Kind">What was compared, such as <c>logits</c>.</param>
/// <param name="Compared">How many tensors, or sequences, of the kind were compared.</param>
/// <param name="Largest">The difference at the place; infinite where something is missing or of another shape.</param>
/// <param name="Bound">The largest that is allowed there.</param>
/// <param name="Where">The place, such as <c>prompt 2, layer 3</c>.</param>
/// <param name="Measure">What a difference is, such as <c>absolute</c>.</param>
public sealed record GoldenDifference(string Kind, int Compared, double Largest, double Bound, string Where, string Measure)
{
    /// <summary>Whether every difference of the kind is within its bound. One that is not a number is not.</summary>
    public bool Holds => Largest <= Bound;
}
