namespace PainlessSteering.Engine.Blocks;

/// <summary>A product of rows with weights of one shape.</summary>
/// <param name="Outputs">Rows of a weight.</param>
/// <param name="Inputs">Columns of a weight.</param>
internal sealed record WeightProduct(int Outputs, int Inputs)
{
    /// <summary>How many weights of this shape there are.</summary>
    public int Held { get; init; } = 1;

    /// <summary>How many of them a row is multiplied with.</summary>
    public int Used { get; init; } = 1;

    /// <summary>Whether it makes what later tokens see, so that a row needs it that is only looked at.</summary>
    public bool IsOfState { get; init; }

    /// <summary>Elements of one weight.</summary>
    public long Elements => (long)Outputs * Inputs;
}
