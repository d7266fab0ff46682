using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>A method together with the value it was taken from.</summary>
internal sealed class BoundMethod(object self, Builtin method) : Callable
{
    public override string TypeName => "builtin_function_or_method";

    public override string Repr() => $"<built-in method {method.Name} of {PythonType.Name(self)} object>";

    public override object Call(Arguments arguments)
    {
        var result = method.Call(arguments.After(self));
        return self is Markup && result is string text ? new Markup(text) : result;
    }
}
