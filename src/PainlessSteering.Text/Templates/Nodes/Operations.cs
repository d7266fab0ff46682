using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>Arithmetic with two sides.</summary>
internal sealed class Binary(int line, string symbol, Expression left, Expression right) : Expression(line)
{
    public override IEnumerable<Node> Children => [left, right];

    protected override object Compute(Scope scope)
    {
        var (a, b) = (left.Evaluate(scope), right.Evaluate(scope));
        return symbol switch
        {
            "+" => Operators.Add(a, b),
            "-" => Operators.Subtract(a, b),
            "*" => Operators.Multiply(a, b),
            "/" => Operators.Divide(a, b),
            "//" => Operators.FloorDivide(a, b),
            "%" => Operators.Modulo(a, b),
            _ => Operators.Power(a, b),
        };
    }
}

/// <summary><c>-a</c>, <c>+a</c> and <c>not a</c></summary>
internal sealed class Unary(int line, string symbol, Expression operand) : Expression(line)
{
    public override IEnumerable<Node> Children => [operand];

    protected override object Compute(Scope scope)
    {
        var value = operand.Evaluate(scope);
        return symbol switch
        {
            "-" => Operators.Negate(value),
            "+" => Operators.Plus(value),
            _ => !PythonType.IsTrue(value),
        };
    }
}

/// <summary><c>a and b</c>, <c>a or b</c>: the first operand that decides, as it is.</summary>
internal sealed class Logical(int line, bool isAnd, Expression left, Expression right) : Expression(line)
{
    public override IEnumerable<Node> Children => [left, right];

    protected override object Compute(Scope scope)
    {
        var value = left.Evaluate(scope);
        return PythonType.IsTrue(value) == isAnd ? right.Evaluate(scope) : value;
    }
}

/// <summary><c>a &lt; b == c</c>: all neighbours must satisfy their operator.</summary>
internal sealed class Compare(int line, Expression first, IReadOnlyList<(string Symbol, Expression Operand)> rest) : Expression(line)
{
    public override IEnumerable<Node> Children => [first, .. rest.Select(one => one.Operand)];

    protected override object Compute(Scope scope)
    {
        var left = first.Evaluate(scope);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(scope);
            if (!Comparison.Holds(symbol, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}

/// <summary><c>a ~ b</c>: the texts of values, joined.</summary>
internal sealed class Concatenation(int line, IReadOnlyList<Expression> parts) : Expression(line)
{
    public override IEnumerable<Node> Children => parts;

    protected override object Compute(Scope scope)
    {
        var text = new TemplateOutput();
        foreach (var part in parts.Select(part => part.Evaluate(scope)).ToArray())
        {
            text.Append(PythonText.Str(part));
        }

        return text.ToString();
    }
}

/// <summary><c>a if test else b</c></summary>
internal sealed class Conditional(int line, Expression test, Expression then, Expression? otherwise) : Expression(line)
{
    public override IEnumerable<Node> Children => otherwise is null ? [test, then] : [test, then, otherwise];

    protected override object Compute(Scope scope) => PythonType.IsTrue(test.Evaluate(scope)) ? then.Evaluate(scope)
        : otherwise?.Evaluate(scope)
        ?? new Undefined(FormattableString.Invariant($"the inline if-expression on line {Line} evaluated to false and no else section was defined."));
}
