using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>The value of a name.</summary>
internal sealed class Variable(int line, string name) : Expression(line)
{
    public override IEnumerable<Node> Children => [];

    public string Name => name;

    public override void Declare(ScopeLayout scope) => scope.Load(name);

    protected override object Compute(Scope scope) => scope.Get(name) is var value && value is not Missing ? value : Undefined.Variable(name);
}
