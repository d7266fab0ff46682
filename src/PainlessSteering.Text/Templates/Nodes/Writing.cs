using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>Text outside of tags.</summary>
internal sealed class RawText(int line, string text) : Statement(line)
{
    public override IEnumerable<Node> Children => [];

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        output.Append(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ value }}</c></summary>
internal sealed class Print(int line, Expression value) : Statement(line)
{
    public override IEnumerable<Node> Children => [value];

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        output.Append(PythonText.Str(value.Evaluate(scope)));
        return Flow.Next;
    }
}

/// <summary><c>{% filter name %} … {% endfilter %}</c></summary>
internal sealed class FilterBlock(int line, Filter filter, Body body) : Statement(line)
{
    private ScopeLayout layout = null!;

    public override IEnumerable<Node> Children => [body, filter];

    public override void Declare(ScopeLayout scope) => filter.Declare(scope);

    public override void Nest(ScopeLayout scope) => layout = body.Inside(scope, filter.Declare);

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        var inner = scope.Enter(layout);
        var text = new TemplateOutput();
        var flow = body.Render(inner, text);
        if (flow == Flow.Next)
        {
            output.Append(PythonText.Str(filter.Apply(inner, text.ToString())));
        }

        return flow;
    }
}
