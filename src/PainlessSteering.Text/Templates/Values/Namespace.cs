namespace PainlessSteering.Text.Templates.Values;

/// <summary>What <c>namespace()</c> gives: the one value that a template can change, also from inside a loop.</summary>
internal sealed class Namespace(PythonDictionary attributes) : PythonObject
{
    public override string TypeName => "Namespace";

    public override object Attribute(string name) => attributes.Get(name);

    public void Set(string name, object value) => attributes.Set(name, value);

    public override string Repr() => $"<Namespace {PythonText.Repr(attributes)}>";
}
