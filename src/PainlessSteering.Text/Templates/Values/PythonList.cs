namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's list.</summary>
internal sealed class PythonList(IReadOnlyList<object> items) : PythonSequence(items)
{
    public override string TypeName => "list";

    public override PythonSequence With(IReadOnlyList<object> others) => new PythonList(others);
}
