namespace PainlessSteering.Text.Templates.Library;

/// <summary>What <c>joiner(…)</c> gives: nothing at its first call, the separator at all others.</summary>
internal sealed class Joiner(object separator) : Callable
{
    private bool called;

    public override string TypeName => "Joiner";

    public override object Call(Arguments arguments)
    {
        var result = called ? separator : "";
        called = true;
        return result;
    }
}
