using PainlessSteering.Text.Templates.Execution;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>A part that has a value.</summary>
internal abstract class Expression(int line) : Node(line)
{
    public object Evaluate(Scope scope)
    {
        Budget.Spend();
        scope.Rendering.Line = Line;
        return Compute(scope);
    }

    protected abstract object Compute(Scope scope);
}
