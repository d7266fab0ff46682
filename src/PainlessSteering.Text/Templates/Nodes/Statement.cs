using PainlessSteering.Text.Templates.Execution;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>A part that does or writes something.</summary>
internal abstract class Statement(int line) : Node(line)
{
    public Flow Render(Scope scope, TemplateOutput output)
    {
        Budget.Spend();
        scope.Rendering.Line = Line;
        return Run(scope, output);
    }

    protected abstract Flow Run(Scope scope, TemplateOutput output);
}
