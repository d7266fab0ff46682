using PainlessSteering.Text.Templates.Nodes;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Reads expressions, from the loosest binding (<c>a if b else c</c>) to the tightest.</summary>
internal sealed class ExpressionParser
{
    private readonly TokenStream tokens;
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly PrimaryParser primaries;

    public ExpressionParser(TokenStream tokens) => (this.tokens, primaries) = (tokens, new PrimaryParser(tokens, this));

    /// <summary>The names of filters and tests met so far.</summary>
    public KnownNames Names { get; } = new();

    public Filter BlockFilter() => primaries.BlockFilter();

    /// <summary>An expression, or several with commas between: a tuple.</summary>
    /// <param name="conditional">Whether <c>a if b else c</c> may stand here.</param>
    /// <param name="parenthesised">Whether nothing at all is an empty tuple.</param>
    /// <param name="end">A name that ends the tuple.</param>
    public Expression Tuple(bool conditional = true, bool parenthesised = false, string? end = null)
    {
        var line = tokens.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (!IsTupleEnd(end))
        {
            items.Add(conditional ? Expression() : Or());
            if (!tokens.Skip(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple || (items.Count == 0 && parenthesised) ? new TupleLiteral(line, items)
            : items.Count > 0 ? items[0]
            : throw TemplateException.Syntax($"Expected an expression, got '{tokens.Current.Described}'", line);
    }

    public Expression Expression() => tokens.Nested(Conditional);

    private bool IsTupleEnd(string? end) => tokens.Current is { Kind: TokenKind.VariableEnd or TokenKind.BlockEnd } || tokens.Current.Is(")") || (end is not null && tokens.Current.IsName(end));

    private Expression Conditional()
    {
        var line = tokens.Line;
        var (outer, known) = (Names.Lenient, Names.Mark);
        var value = Or();
        while (tokens.SkipName("if"))
        {
            Names.Forgive(known); // Only now it shows that the value is a branch.
            Names.Lenient = true;
            var test = Or();
            value = new Conditional(line, test, value, tokens.SkipName("else") ? Expression() : null);
            Names.Lenient = outer;
        }

        return value;
    }

    private Expression Or()
    {
        var left = And();
        while (tokens.Current.IsName("or"))
        {
            left = new Logical(tokens.Next().Line, isAnd: false, left, And());
        }

        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (tokens.Current.IsName("and"))
        {
            left = new Logical(tokens.Next().Line, isAnd: true, left, Not());
        }

        return left;
    }

    private Expression Not() => tokens.Current.IsName("not") ? new Unary(tokens.Next().Line, "not", tokens.Nested(Not)) : Comparison();

    private Expression Comparison()
    {
        var line = tokens.Line;
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Comparisons.Any(tokens.Current.Is))
            {
                rest.Add((tokens.Next().Text, Sum()));
            }
            else if (tokens.SkipName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.Current.IsName("not") && tokens.Following.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count > 0 ? new Compare(line, first, rest) : first;
            }
        }
    }

    private Expression Sum() => LeftToRight(Concatenation, "+", "-");

    private Expression Concatenation()
    {
        var line = tokens.Line;
        var parts = new List<Expression> { Product() };
        while (tokens.Skip("~"))
        {
            parts.Add(Product());
        }

        return parts.Count > 1 ? new Concatenation(line, parts) : parts[0];
    }

    private Expression Product() => LeftToRight(Power, "*", "/", "//", "%");

    private Expression Power() => LeftToRight(primaries.Operand, "**");

    private Expression LeftToRight(Func<Expression> operand, params string[] symbols)
    {
        var left = operand();
        while (symbols.Any(tokens.Current.Is))
        {
            var symbol = tokens.Next();
            left = new Binary(symbol.Line, symbol.Text, left, operand());
        }

        return left;
    }
}
