namespace PainlessSteering.Text.Templates.Values;

/// <summary>
/// Python's <c>None</c>. The other values: <see cref="bool"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/>,
/// <see cref="string"/>, <see cref="Markup"/>, and the subclasses of <see cref="PythonObject"/>.
/// </summary>
internal sealed class None
{
    public static readonly None Value = new();

    private None()
    {
    }
}
