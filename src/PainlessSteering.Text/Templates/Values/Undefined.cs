namespace PainlessSteering.Text.Templates.Values;

/// <summary>The value of a name that is not there: prints as nothing, is false and empty; all else that is done with it is an error.</summary>
/// <param name="hint">The error's message.</param>
/// <param name="forbidden">The name exists, but a template may not touch it.</param>
internal sealed class Undefined(string hint, bool forbidden = false) : PythonObject
{
    public override string TypeName => "Undefined";

    public TemplateException Error() => forbidden ? TemplateException.Security(hint) : TemplateException.Undefined(hint);

    public static Undefined Variable(string name) => new($"'{name}' is undefined");

    public override string Repr() => "Undefined";
}
