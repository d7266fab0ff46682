using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary><c>function(arguments)</c></summary>
internal sealed class Call(int line, Expression function, CallArguments arguments) : Expression(line)
{
    public override IEnumerable<Node> Children => [function, .. arguments.Children];

    /// <summary>Calls the function with what a call block hands it beside the arguments.</summary>
    public object Invoke(Scope scope, Macro? caller)
    {
        var callee = function.Evaluate(scope);
        var given = arguments.Evaluate(scope);
        if (caller is not null && !given.Keywords.TryAdd("caller", caller))
        {
            throw TemplateException.Type("got multiple values for keyword argument 'caller'");
        }

        return callee switch
        {
            Callable callable => callable.Call(given),
            Undefined undefined => throw undefined.Error(),
            _ => throw TemplateException.Type($"'{PythonType.Name(callee)}' object is not callable"),
        };
    }

    protected override object Compute(Scope scope) => Invoke(scope, caller: null);
}

/// <summary><c>value | name(arguments)</c>; in a filter block there is no value but the block's text.</summary>
internal sealed class Filter(int line, Expression? value, string name, CallArguments arguments) : Expression(line)
{
    public override IEnumerable<Node> Children => value is null ? arguments.Children : [value, .. arguments.Children];

    /// <summary>Applies the chain of filters to the text of a block.</summary>
    public object Apply(Scope scope, object text) => Filters.Find(name).Call(arguments.Evaluate(scope).After(value switch
    {
        null => text,
        Filter inner => inner.Apply(scope, text),
        _ => value.Evaluate(scope),
    }));

    protected override object Compute(Scope scope)
    {
        var first = value!.Evaluate(scope);
        return Filters.Find(name).Call(arguments.Evaluate(scope).After(first));
    }
}

/// <summary><c>value is name(arguments)</c></summary>
internal sealed class Test(int line, Expression value, string name, CallArguments arguments) : Expression(line)
{
    public override IEnumerable<Node> Children => [value, .. arguments.Children];

    protected override object Compute(Scope scope)
    {
        var first = value.Evaluate(scope);
        return Tests.Find(name).Call(arguments.Evaluate(scope).After(first));
    }
}
