using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>{% for target in items if test recursive %} … {% else %} … {% endfor %}</c></summary>
internal sealed class Loop(int line, Target target, Expression items, Expression? test, bool recursive, Body body, Body? otherwise) : Statement(line)
{
    private ScopeLayout bodyLayout = null!;
    private ScopeLayout? testLayout;
    private ScopeLayout? elseLayout;

    public override IEnumerable<Node> Children => [target, items, .. new Node?[] { test, body, otherwise }.OfType<Node>()];

    public override void Declare(ScopeLayout scope) => items.Declare(scope);

    public override void Nest(ScopeLayout scope)
    {
        items.Nest(scope);
        bodyLayout = body.Inside(scope, inner =>
        {
            inner.Parameter("loop");
            target.DeclareParameters(inner);
        });
        elseLayout = otherwise?.Inside(scope);
        if (test is not null)
        {
            testLayout = new ScopeLayout(scope);
            target.DeclareParameters(testLayout);
            test.Declare(testLayout);
        }
    }

    protected override Flow Run(Scope scope, TemplateOutput output)
    {
        var iterable = items.Evaluate(scope);
        if (!recursive)
        {
            return RunOver(iterable, scope, output, depth: 0);
        }

        output.Append(Nested(iterable, scope, 0));
        return Flow.Next;
    }

    private string Nested(object iterable, Scope scope, int depth)
    {
        if (depth > Budget.DeepestCall)
        {
            throw new TemplateException("RecursionError", "a recursive loop is nested too deeply");
        }

        var text = new TemplateOutput();
        RunOver(iterable, scope, text, depth);
        return text.ToString();
    }

    private Flow RunOver(object iterable, Scope scope, TemplateOutput output, int depth)
    {
        var chosen = test is null ? iterable : new PythonGenerator(Chosen(iterable, scope));
        var loop = new LoopState(chosen, depth, recursive ? inner => Nested(inner, scope, depth + 1) : null);
        var completed = false;
        while (loop.MoveNext())
        {
            Budget.Spend();
            var inner = scope.Enter(bodyLayout);
            target.Assign(inner, loop.Current);
            inner.Set("loop", loop);
            var flow = body.Render(inner, output);
            if (flow == Flow.Break)
            {
                break;
            }

            // As in Jinja2, an iteration that is cut short does not count against the else branch.
            completed |= flow == Flow.Next;
        }

        return completed || otherwise is null ? Flow.Next : otherwise.Render(scope.Enter(elseLayout!), output);
    }

    private IEnumerable<object> Chosen(object iterable, Scope scope)
    {
        var inner = scope.Enter(testLayout!);
        foreach (var item in PythonType.Iterate(iterable))
        {
            Budget.Spend();
            target.Assign(inner, item);
            if (PythonType.IsTrue(test!.Evaluate(inner)))
            {
                yield return item;
            }
        }
    }
}

/// <summary><c>{% break %}</c> and <c>{% continue %}</c></summary>
internal sealed class Jump(int line, Flow flow) : Statement(line)
{
    public override IEnumerable<Node> Children => [];

    protected override Flow Run(Scope scope, TemplateOutput output) => flow;
}
