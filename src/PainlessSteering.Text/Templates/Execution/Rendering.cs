using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Execution;

/// <summary>One rendering of a template: its variables, and where it is.</summary>
internal sealed class Rendering(PythonDictionary variables, Dictionary<string, Builtin> globals)
{
    /// <summary>1-based line of the last step.</summary>
    public int Line { get; set; } = 1;

    /// <summary>Calls of macros that are open.</summary>
    public int Depth { get; set; }

    /// <summary>What a name means that the template itself does not define; or <see cref="Missing"/>.</summary>
    public object Resolve(string name) => variables.Get(name) is var value && value is not Missing ? value
        : globals.TryGetValue(name, out var function) ? function
        : Missing.Value;
}
