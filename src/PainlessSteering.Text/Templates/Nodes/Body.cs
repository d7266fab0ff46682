using PainlessSteering.Text.Templates.Execution;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>Statements one after the other.</summary>
internal sealed class Body(int line, IReadOnlyList<Statement> statements) : Statement(line)
{
    public override IEnumerable<Node> Children => statements;

    /// <summary>Lays out a scope that holds these statements alone, with names that are given on entry.</summary>
    public ScopeLayout Inside(ScopeLayout? outer, Action<ScopeLayout>? first = null)
    {
        var layout = new ScopeLayout(outer);
        first?.Invoke(layout);
        Declare(layout);
        Nest(layout);
        return layout;
    }

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        foreach (var statement in statements)
        {
            var flow = statement.Render(scope, output);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }
}
