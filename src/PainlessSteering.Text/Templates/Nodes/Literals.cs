using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>A value written in the template.</summary>
internal sealed class Constant(int line, object value) : Expression(line)
{
    public override IEnumerable<Node> Children => [];

    public object Value => value;

    protected override object Compute(Scope scope) => value;
}

/// <summary><c>[a, b]</c></summary>
internal sealed class ListLiteral(int line, IReadOnlyList<Expression> items) : Expression(line)
{
    public override IEnumerable<Node> Children => items;

    protected override object Compute(Scope scope) => new PythonList([.. items.Select(item => item.Evaluate(scope))]);
}

/// <summary><c>(a, b)</c></summary>
internal sealed class TupleLiteral(int line, IReadOnlyList<Expression> items) : Expression(line)
{
    public override IEnumerable<Node> Children => items;

    public IReadOnlyList<Expression> Items => items;

    protected override object Compute(Scope scope) => new PythonTuple([.. items.Select(item => item.Evaluate(scope))]);
}

/// <summary><c>{a: b}</c></summary>
internal sealed class DictionaryLiteral(int line, IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression(line)
{
    public override IEnumerable<Node> Children => entries.SelectMany(entry => new[] { entry.Key, entry.Value });

    protected override object Compute(Scope scope) => Globals.Dictionary(entries.Select(entry => (entry.Key.Evaluate(scope), entry.Value.Evaluate(scope))));
}
