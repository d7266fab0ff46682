using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>{% macro name(parameters) %} … {% endmacro %}</c></summary>
internal sealed class MacroDefinition(int line, string name, MacroBody body) : Statement(line)
{
    public override IEnumerable<Node> Children => body.Children;

    public override void Declare(ScopeLayout scope) => scope.Store(name);

    public override void Nest(ScopeLayout scope) => body.Nest(scope);

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        scope.Set(name, new Macro(name, body, scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(parameters) macro(arguments) %} … {% endcall %}</c>: the block is the macro's <c>caller</c>.</summary>
internal sealed class CallBlock(int line, MacroBody body, Call call) : Statement(line)
{
    public override IEnumerable<Node> Children => [call, .. body.Children];

    public override void Declare(ScopeLayout scope) => call.Declare(scope);

    public override void Nest(ScopeLayout scope)
    {
        call.Nest(scope);
        body.Nest(scope);
    }

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        output.Append(PythonText.Str(call.Invoke(scope, new Macro(null, body, scope))));
        return Flow.Next;
    }
}

/// <summary><c>{% generation %} … {% endgeneration %}</c>, which marks the assistant's tokens for training: it writes its block as it is, from a scope of its own.</summary>
internal sealed class GenerationBlock(int line, MacroBody body) : Statement(line)
{
    public override IEnumerable<Node> Children => body.Children;

    public override void Declare(ScopeLayout scope)
    {
    }

    public override void Nest(ScopeLayout scope) => body.Nest(scope);

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        output.Append(body.Render(scope, new Dictionary<string, object>()));
        return Flow.Next;
    }
}
