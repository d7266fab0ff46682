using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>{% if %} … {% elif %} … {% else %} … {% endif %}</c></summary>
internal sealed class Choice(int line, IReadOnlyList<(Expression Test, Body Body)> branches, Body? otherwise) : Statement(line)
{
    public override IEnumerable<Node> Children => [.. branches.SelectMany(branch => new Node[] { branch.Test, branch.Body }), .. otherwise is null ? Array.Empty<Node>() : [otherwise]];

    public override void Declare(ScopeLayout scope)
    {
        branches[0].Test.Declare(scope);
        scope.Branches(
            branches[0].Body.Declare,
            inner =>
            {
                // Each elif is an if of its own, without an else.
                foreach (var (test, body) in branches.Skip(1))
                {
                    test.Declare(inner);
                    inner.Branches(body.Declare, _ => { }, _ => { });
                }
            },
            inner => otherwise?.Declare(inner));
    }

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        foreach (var (test, body) in branches)
        {
            if (PythonType.IsTrue(test.Evaluate(scope)))
            {
                return body.Render(scope, output);
            }
        }

        return otherwise?.Render(scope, output) ?? Flow.Next;
    }
}
