using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Nodes;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Reads operands: literals and names with a sign before them, and with accesses, calls, filters and tests after them.</summary>
internal sealed class PrimaryParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Operand() => Unary(withFilters: true);

    /// <summary>The filters of a filter block or a set block, which have no value before them.</summary>
    public Filter BlockFilter()
    {
        var filter = Filter(null);
        while (tokens.Skip("|"))
        {
            filter = Filter(filter);
        }

        return filter;
    }

    private Expression Unary(bool withFilters)
    {
        var token = tokens.Current;
        var value = token.Is("-") || token.Is("+")
            ? new Unary(tokens.Next().Line, token.Text, tokens.Nested(() => Unary(withFilters: false)))
            : Primary();
        value = Postfix(value);
        return withFilters ? Filtered(value) : value;
    }

    private Expression Primary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                tokens.Next();
                return token.Text switch
                {
                    "true" or "True" => new Constant(token.Line, true),
                    "false" or "False" => new Constant(token.Line, false),
                    "none" or "None" => new Constant(token.Line, None.Value),
                    _ => new Variable(token.Line, token.Text),
                };
            case TokenKind.Text:
                var text = "";
                while (tokens.Current.Kind == TokenKind.Text)
                {
                    text += tokens.Next().Text;
                }

                return new Constant(token.Line, text);
            case TokenKind.Number:
                return new Constant(token.Line, tokens.Next().Value);
        }

        return token.Text switch
        {
            "(" when token.Kind == TokenKind.Operator => Parenthesised(),
            "[" when token.Kind == TokenKind.Operator => new ListLiteral(token.Line, Items("[", "]", expressions.Expression)),
            "{" when token.Kind == TokenKind.Operator => new DictionaryLiteral(token.Line, Items("{", "}", Entry)),
            _ => throw TemplateException.Syntax($"unexpected '{token.Described}'", token.Line),
        };
    }

    private Expression Parenthesised()
    {
        tokens.Expect("(");
        var value = expressions.Tuple(parenthesised: true);
        tokens.Expect(")");
        return value;
    }

    private List<T> Items<T>(string open, string close, Func<T> item)
    {
        tokens.Expect(open);
        var items = new List<T>();
        while (!tokens.Current.Is(close))
        {
            items.Add(item());
            if (!tokens.Skip(","))
            {
                break;
            }
        }

        tokens.Expect(close);
        return items;
    }

    private (Expression Key, Expression Value) Entry()
    {
        var key = expressions.Expression();
        tokens.Expect(":");
        return (key, expressions.Expression());
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            var token = tokens.Current;
            if (token.Is("."))
            {
                tokens.Next();
                value = tokens.Current.Kind == TokenKind.Number
                    ? new ItemAccess(token.Line, value, new Constant(tokens.Line, tokens.Next().Value))
                    : new AttributeAccess(token.Line, value, tokens.ExpectName());
            }
            else if (token.Is("["))
            {
                value = Subscript(value);
            }
            else if (token.Is("("))
            {
                value = new Call(token.Line, value, Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(Expression value)
    {
        var line = tokens.Line;
        tokens.Expect("[");
        if (tokens.Skip("]"))
        {
            return new ItemAccess(line, value, new TupleLiteral(line, []));
        }

        var none = new Constant(line, None.Value);
        var start = tokens.Current.Is(":") ? none : expressions.Expression();
        if (!tokens.Skip(":"))
        {
            var keys = new List<Expression> { start };
            while (tokens.Skip(","))
            {
                keys.Add(expressions.Expression());
            }

            tokens.Expect("]");
            return new ItemAccess(line, value, keys.Count == 1 ? start : new TupleLiteral(line, keys));
        }

        var stop = tokens.Current.Is(":") || tokens.Current.Is("]") ? none : expressions.Expression();
        var step = tokens.Skip(":") && !tokens.Current.Is("]") ? expressions.Expression() : none;
        tokens.Expect("]");
        return new SliceAccess(line, value, start, stop, step);
    }

    private Expression Filtered(Expression value)
    {
        while (true)
        {
            if (tokens.Skip("|"))
            {
                value = Filter(value);
            }
            else if (tokens.Current.IsName("is"))
            {
                value = Test(value);
            }
            else if (tokens.Current.Is("("))
            {
                value = new Call(tokens.Line, value, Arguments());
            }
            else
            {
                return value;
            }
        }
    }

    private Filter Filter(Expression? value)
    {
        var line = tokens.Line;
        var name = DottedName();
        expressions.Names.Require(Filters.All.ContainsKey(name), "filter", name, line);
        return new Filter(line, value, name, tokens.Current.Is("(") ? Arguments() : CallArguments.Empty);
    }

    private Expression Test(Expression value)
    {
        var line = tokens.Next().Line;
        var negated = tokens.SkipName("not");
        var name = DottedName();
        expressions.Names.Require(Tests.All.ContainsKey(name), "test", name, line);
        var arguments = tokens.Current.Is("(") ? Arguments() : BareArgument();
        Expression test = new Test(line, value, name, arguments);
        return negated ? new Unary(line, "not", test) : test;
    }

    /// <summary>A test takes one argument without parentheses: <c>x is divisibleby 3</c>.</summary>
    private CallArguments BareArgument()
    {
        var token = tokens.Current;
        var begins = token.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Number || token.Is("[") || token.Is("{");
        if (!begins || token.IsName("else") || token.IsName("or") || token.IsName("and"))
        {
            return CallArguments.Empty;
        }

        return token.IsName("is")
            ? throw TemplateException.Syntax("You cannot chain multiple tests with is", token.Line)
            : new CallArguments([tokens.Nested(() => Postfix(Primary()))], [], null, null);
    }

    private string DottedName()
    {
        var name = tokens.ExpectName();
        while (tokens.Skip("."))
        {
            name += "." + tokens.ExpectName();
        }

        return name;
    }

    private CallArguments Arguments()
    {
        var line = tokens.Line;
        var (positional, keywords) = (new List<Expression>(), new List<(string Name, Expression Value)>());
        Expression? rest = null, restKeywords = null;
        void Ensure(bool allowed)
        {
            if (!allowed)
            {
                throw TemplateException.Syntax("invalid syntax for function call expression", line);
            }
        }

        tokens.Expect("(");
        while (!tokens.Current.Is(")"))
        {
            if (tokens.Skip("*"))
            {
                Ensure(rest is null && restKeywords is null);
                rest = expressions.Expression();
            }
            else if (tokens.Skip("**"))
            {
                Ensure(restKeywords is null);
                restKeywords = expressions.Expression();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Following.Is("="))
            {
                var name = tokens.ExpectName();
                Ensure(restKeywords is null && keywords.TrueForAll(keyword => keyword.Name != name));
                tokens.Next();
                keywords.Add((name, expressions.Expression()));
            }
            else
            {
                Ensure(rest is null && restKeywords is null && keywords.Count == 0);
                positional.Add(expressions.Expression());
            }

            if (!tokens.Skip(","))
            {
                break;
            }
        }

        tokens.Expect(")");
        return new CallArguments(positional, keywords, rest, restKeywords);
    }
}
