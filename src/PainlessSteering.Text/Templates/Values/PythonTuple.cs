namespace PainlessSteering.Text.Templates.Values;

/// <summary>Python's tuple; the groups of <c>groupby</c> also name their items.</summary>
internal sealed class PythonTuple(IReadOnlyList<object> items, params string[] names) : PythonSequence(items)
{
    public override string TypeName => "tuple";

    public override PythonSequence With(IReadOnlyList<object> others) => new PythonTuple(others);

    public override object Attribute(string name) => Array.IndexOf(names, name) is >= 0 and var index ? Items[index] : Missing.Value;
}
