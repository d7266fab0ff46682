using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>Parameters and statements of a macro, or of a block that is handed to one.</summary>
/// <param name="parameters">Names with their default values; those with one come last.</param>
/// <param name="body">The statements.</param>
internal sealed class MacroBody(IReadOnlyList<(string Name, Expression? Default)> parameters, Body body)
{
    private static readonly string[] Special = ["caller", "kwargs", "varargs"];

    private readonly HashSet<string> used = Undeclared(body);
    private ScopeLayout layout = null!;

    public IReadOnlyList<(string Name, Expression? Default)> Parameters => parameters;

    /// <summary>Whether the statements ask for <c>caller</c>, <c>kwargs</c> or <c>varargs</c>, which no parameter names.</summary>
    public bool Uses(string special) => used.Contains(special) && !parameters.Any(parameter => parameter.Name == special);

    public IEnumerable<Node> Children => [.. parameters.Select(parameter => parameter.Default).OfType<Node>(), body];

    public void Nest(ScopeLayout scope) => layout = body.Inside(scope, inner =>
    {
        foreach (var (name, _) in parameters)
        {
            inner.Parameter(name);
        }

        foreach (var (_, value) in parameters)
        {
            value?.Declare(inner);
        }

        foreach (var name in Special.Where(Uses))
        {
            inner.Parameter(name);
        }
    });

    /// <summary>Renders the statements. A parameter without a value takes its default, which may use the parameters before it.</summary>
    public string Render(Scope definedIn, IReadOnlyDictionary<string, object> values)
    {
        var rendering = definedIn.Rendering;
        if (++rendering.Depth > Budget.DeepestCall)
        {
            throw new TemplateException("RecursionError", "macros call each other too deeply");
        }

        var scope = definedIn.Enter(layout);
        foreach (var (name, value) in values)
        {
            scope.Set(name, value);
        }

        foreach (var (name, missing) in parameters.Where(parameter => scope.Get(parameter.Name) is Missing))
        {
            scope.Set(name, missing?.Evaluate(scope) ?? new Undefined($"parameter '{name}' was not provided"));
        }

        var text = new TemplateOutput();
        body.Render(scope, text);
        rendering.Depth--;
        return text.ToString();
    }

    private static HashSet<string> Undeclared(Body body)
    {
        var (found, names) = (new HashSet<string>(), new HashSet<string>(Special));
        foreach (var node in body.Everything())
        {
            if (node is Variable variable && names.Contains(variable.Name))
            {
                found.Add(variable.Name);
            }
            else if (node is NameTarget target)
            {
                names.Remove(target.Name);
            }
        }

        return found;
    }
}
