using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>value.name</c></summary>
internal sealed class AttributeAccess(int line, Expression value, string name) : Expression(line)
{
    public override IEnumerable<Node> Children => [value];

    protected override object Compute(Scope scope) => Subscript.Attribute(value.Evaluate(scope), name);
}

/// <summary><c>value[key]</c></summary>
internal sealed class ItemAccess(int line, Expression value, Expression key) : Expression(line)
{
    public override IEnumerable<Node> Children => [value, key];

    protected override object Compute(Scope scope)
    {
        var container = value.Evaluate(scope);
        return Subscript.Item(container, key.Evaluate(scope));
    }
}

/// <summary><c>value[start:stop:step]</c>; a bound that is left out is None.</summary>
internal sealed class SliceAccess(int line, Expression value, Expression start, Expression stop, Expression step) : Expression(line)
{
    public override IEnumerable<Node> Children => [value, start, stop, step];

    protected override object Compute(Scope scope) => Subscript.Slice(value.Evaluate(scope), start.Evaluate(scope), stop.Evaluate(scope), step.Evaluate(scope));
}
