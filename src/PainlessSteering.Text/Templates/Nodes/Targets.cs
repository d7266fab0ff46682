using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>What is left of an equals sign, or between <c>for</c> and <c>in</c>.</summary>
internal abstract class Target(int line) : Node(line)
{
    public abstract void Assign(Scope scope, object value);

    /// <summary>Declares the names as given from outside instead of set here.</summary>
    public virtual void DeclareParameters(ScopeLayout scope)
    {
        foreach (var child in Children.Cast<Target>())
        {
            child.DeclareParameters(scope);
        }
    }
}

/// <summary><c>name = …</c></summary>
internal sealed class NameTarget(int line, string name) : Target(line)
{
    public override IEnumerable<Node> Children => [];

    public string Name => name;

    public override void Declare(ScopeLayout scope) => scope.Store(name);

    public override void DeclareParameters(ScopeLayout scope) => scope.Parameter(name);

    public override void Assign(Scope scope, object value) => scope.Set(name, value);
}

/// <summary><c>namespace.name = …</c></summary>
internal sealed class NamespaceTarget(int line, string variable, string name) : Target(line)
{
    public override IEnumerable<Node> Children => [];

    public override void Declare(ScopeLayout scope) => scope.Load(variable);

    public override void Assign(Scope scope, object value) => Namespace(scope).Set(name, value);

    /// <summary>Refuses what is no namespace; Jinja2 does so before it looks at the value.</summary>
    public Namespace Namespace(Scope scope) => scope.Get(variable) as Namespace
        ?? throw new TemplateException("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
}

/// <summary><c>a, b = …</c></summary>
internal sealed class TupleTarget(int line, IReadOnlyList<Target> targets) : Target(line)
{
    public override IEnumerable<Node> Children => targets;

    public override void Assign(Scope scope, object value)
    {
        if (PythonType.TryIterate(value) is null)
        {
            throw TemplateException.Type($"cannot unpack non-iterable {PythonType.Name(value)} object");
        }

        var items = PythonType.List(value);
        if (items.Count != targets.Count)
        {
            throw TemplateException.Value(FormattableString.Invariant(items.Count > targets.Count
                ? $"too many values to unpack (expected {targets.Count})"
                : (FormattableString)$"not enough values to unpack (expected {targets.Count}, got {items.Count})"));
        }

        foreach (var (target, item) in targets.Zip(items))
        {
            target.Assign(scope, item);
        }
    }
}
