using PainlessSteering.Text.Templates.Execution;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>{% set target = value %}</c></summary>
internal sealed class Assignment(int line, Target target, Expression value) : Statement(line)
{
    public override IEnumerable<Node> Children => [value, target]; // The value is looked at first: in x = x, the right x is the old one.

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        foreach (var place in target.Everything().OfType<NamespaceTarget>())
        {
            place.Namespace(scope);
        }

        target.Assign(scope, value.Evaluate(scope));
        return Flow.Next;
    }
}

/// <summary><c>{% set target | filter %} … {% endset %}</c></summary>
internal sealed class BlockAssignment(int line, Target target, Filter? filter, Body body) : Statement(line)
{
    private ScopeLayout layout = null!;

    public override IEnumerable<Node> Children => filter is null ? [target, body] : [target, filter, body];

    public override void Declare(ScopeLayout scope) => target.Declare(scope);

    public override void Nest(ScopeLayout scope) => layout = body.Inside(scope, inner => filter?.Declare(inner));

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        var inner = scope.Enter(layout);
        var text = new TemplateOutput();
        var flow = body.Render(inner, text);
        if (flow == Flow.Next)
        {
            target.Assign(scope, filter is null ? text.ToString() : filter.Apply(inner, text.ToString()));
        }

        return flow;
    }
}

/// <summary><c>{% with target = value %} … {% endwith %}</c></summary>
internal sealed class With(int line, IReadOnlyList<(Target Target, Expression Value)> assignments, Body body) : Statement(line)
{
    private ScopeLayout layout = null!;

    public override IEnumerable<Node> Children => [.. assignments.SelectMany(one => new Node[] { one.Target, one.Value }), body];

    public override void Declare(ScopeLayout scope)
    {
        foreach (var (_, value) in assignments)
        {
            value.Declare(scope);
        }
    }

    public override void Nest(ScopeLayout scope) => layout = body.Inside(scope, inner =>
    {
        foreach (var (target, _) in assignments)
        {
            target.DeclareParameters(inner);
        }
    });

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        var inner = scope.Enter(layout);
        foreach (var (target, value) in assignments)
        {
            target.Assign(inner, value.Evaluate(scope));
        }

        return body.Render(inner, output);
    }
}
