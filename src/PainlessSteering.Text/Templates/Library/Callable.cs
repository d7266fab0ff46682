using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>A value that can be called.</summary>
internal abstract class Callable : PythonObject
{
    public abstract object Call(Arguments arguments);
}
