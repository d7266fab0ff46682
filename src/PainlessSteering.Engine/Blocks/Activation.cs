namespace PainlessSteering.Engine.Blocks;

/// <summary>Function of an MLP's gate.</summary>
public enum Activation
{
    /// <summary><c>x * sigmoid(x)</c>.</summary>
    Silu,

    /// <summary>GELU in its tanh form: <c>x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))</c>.</summary>
    GeluTanh,
}
