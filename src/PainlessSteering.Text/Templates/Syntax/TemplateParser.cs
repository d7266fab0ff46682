using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Nodes;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Reads the statements of a template.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;
    private readonly Stack<string> openTags = new();
    private int loops;

    private TemplateParser(TokenStream tokens) => (this.tokens, expressions) = (tokens, new ExpressionParser(tokens));

    public static Body Parse(string template)
    {
        var parser = new TemplateParser(new TokenStream(TemplateLexer.Tokenize(template)));
        var body = parser.Statements();
        parser.expressions.Names.EnsureKnown();
        return body;
    }

    /// <summary>Statements up to a tag of the given names, which is the current token afterwards; or up to the end.</summary>
    private Body Statements(params string[] ends)
    {
        var line = tokens.Line;
        var statements = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.End)
        {
            var token = tokens.Next();
            if (token.Kind == TokenKind.Data)
            {
                statements.Add(new RawText(token.Line, token.Text));
            }
            else if (token.Kind == TokenKind.VariableBegin)
            {
                statements.Add(new Print(token.Line, expressions.Tuple()));
                tokens.Expect(TokenKind.VariableEnd, "end of print statement");
            }
            else if (ends.Any(tokens.Current.IsName))
            {
                return new Body(line, statements);
            }
            else
            {
                statements.Add(tokens.Nested(Statement));
                tokens.Expect(TokenKind.BlockEnd, "end of statement block");
            }
        }

        return ends.Length == 0 ? new Body(line, statements)
            : throw TemplateException.Syntax($"Unexpected end of template. Jinja was looking for the following tags: '{string.Join("' or '", ends)}'.", tokens.Line);
    }

    /// <summary>The statements that follow a tag's head.</summary>
    private Body Inside(params string[] ends)
    {
        tokens.Skip(":");
        tokens.Expect(TokenKind.BlockEnd, "end of statement block");
        return Statements(ends);
    }

    /// <summary>The same, with the tag that ends them.</summary>
    private Body InsideUntil(string end)
    {
        var body = Inside(end);
        tokens.Next();
        return body;
    }

    private Statement Statement()
    {
        var tag = tokens.Expect(TokenKind.Name, "tag name");
        openTags.Push(tag.Text);
        Statement statement = tag.Text switch
        {
            "set" => Set(tag.Line),
            "if" => If(tag.Line),
            "for" => For(tag.Line),
            "macro" => Macro(tag.Line),
            "call" => CallWithBlock(tag.Line),
            "filter" => new FilterBlock(tag.Line, expressions.BlockFilter(), Strictly(() => InsideUntil("endfilter"))),
            "with" => WithBlock(tag.Line),
            "generation" => new GenerationBlock(tag.Line, new MacroBody([], OutsideLoops("endgeneration"))),
            "print" => PrintAll(tag.Line),
            "break" => Jump(tag.Line, tag.Text, Flow.Break),
            "continue" => Jump(tag.Line, tag.Text, Flow.Continue),
            "block" or "extends" or "include" or "import" or "from" or "autoescape" => throw TemplateException.Syntax($"the tag '{tag.Text}' is not supported in a chat template", tag.Line),
            _ => throw Unknown(tag),
        };
        openTags.Pop();
        return statement;
    }

    private TemplateException Unknown(TemplateToken tag)
    {
        openTags.Pop();
        var inner = openTags.TryPeek(out var open) ? $" The innermost block that needs to be closed is '{open}'." : "";
        return TemplateException.Syntax($"Encountered unknown tag '{tag.Text}'.{inner}", tag.Line);
    }

    private Body PrintAll(int line)
    {
        var values = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                tokens.Expect(",");
            }

            values.Add(new Print(line, expressions.Expression()));
        }

        return new Body(line, values);
    }

    private Statement Set(int line)
    {
        var target = Target(withNamespace: true);
        if (tokens.Skip("="))
        {
            return new Assignment(line, target, expressions.Tuple());
        }

        var filter = tokens.Skip("|") ? expressions.BlockFilter() : null;
        return new BlockAssignment(line, target, filter, Strictly(() => InsideUntil("endset")));
    }

    private Choice If(int line)
    {
        var outer = expressions.Names.Lenient;
        expressions.Names.Lenient = true;
        var branches = new List<(Expression, Body)>();
        Body? otherwise = null;
        string tag;
        do
        {
            var test = expressions.Tuple(conditional: false);
            branches.Add((test, Inside("elif", "else", "endif")));
            tag = tokens.Next().Text;
        }
        while (tag == "elif");
        if (tag == "else")
        {
            otherwise = InsideUntil("endif");
        }

        expressions.Names.Lenient = outer;
        return new Choice(line, branches, otherwise);
    }

    private Loop For(int line)
    {
        var target = Target(end: "in");
        tokens.ExpectName("in");
        var items = expressions.Tuple(conditional: false, end: "recursive");
        var test = tokens.SkipName("if") ? expressions.Expression() : null;
        var recursive = tokens.SkipName("recursive");
        loops++;
        var body = Strictly(() => Inside("endfor", "else"));
        loops--;
        var otherwise = tokens.Next().Text == "else" ? Strictly(() => InsideUntil("endfor")) : null;
        var loop = new Loop(line, target, items, test, recursive, body, otherwise);
        if (loop.Everything().OfType<NameTarget>().FirstOrDefault(name => name.Name == "loop") is { } bad)
        {
            throw TemplateException.Syntax("Can't assign to special loop variable in for-loop target", bad.Line);
        }

        return loop;
    }

    private MacroDefinition Macro(int line)
    {
        var name = tokens.ExpectName();
        var parameters = Parameters();
        return new MacroDefinition(line, name, new MacroBody(parameters, OutsideLoops("endmacro")));
    }

    private CallBlock CallWithBlock(int line)
    {
        var parameters = tokens.Current.Is("(") ? Parameters() : [];
        var call = expressions.Expression() as Call ?? throw TemplateException.Syntax("expected call", line);
        return new CallBlock(line, new MacroBody(parameters, OutsideLoops("endcall")), call);
    }

    private With WithBlock(int line)
    {
        var assignments = new List<(Target, Expression)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0)
            {
                tokens.Expect(",");
            }

            var target = Target();
            tokens.Expect("=");
            assignments.Add((target, expressions.Expression()));
        }

        return new With(line, assignments, Strictly(() => InsideUntil("endwith")));
    }

    private Jump Jump(int line, string tag, Flow flow) => loops > 0 ? new Jump(line, flow) : throw TemplateException.Syntax($"'{tag}' outside loop", line);

    private List<(string Name, Expression? Default)> Parameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        tokens.Expect("(");
        while (!tokens.Current.Is(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.Expect(",");
            }

            var line = tokens.Line;
            var name = tokens.ExpectName();
            var value = tokens.Skip("=") ? expressions.Expression() : null;
            if ((value is null && parameters.Exists(parameter => parameter.Default is not null)) || parameters.Exists(parameter => parameter.Name == name))
            {
                throw TemplateException.Syntax("non-default argument follows default argument, or a name stands twice", line);
            }

            parameters.Add((name, value));
        }

        tokens.Expect(")");
        return parameters;
    }

    private Target Target(bool withNamespace = false, string? end = null)
    {
        var line = tokens.Line;
        var targets = new List<Target> { SingleTarget(withNamespace) };
        var isTuple = false;
        while (tokens.Skip(","))
        {
            isTuple = true;
            if (tokens.Current.Kind == TokenKind.BlockEnd || tokens.Current.Is("=") || (end is not null && tokens.Current.IsName(end)))
            {
                break;
            }

            targets.Add(SingleTarget(withNamespace));
        }

        return isTuple ? new TupleTarget(line, targets) : targets[0];
    }

    private Target SingleTarget(bool withNamespace)
    {
        var line = tokens.Line;
        if (tokens.Skip("("))
        {
            var inner = tokens.Nested(() => Target());
            tokens.Expect(")");
            return inner;
        }

        if (tokens.Current.Kind != TokenKind.Name || tokens.Current.Text is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw TemplateException.Syntax($"can't assign to '{tokens.Current.Described}'", line);
        }

        var name = tokens.ExpectName();
        return withNamespace && tokens.Skip(".") ? new NamespaceTarget(line, name, tokens.ExpectName()) : new NameTarget(line, name);
    }

    /// <summary>A scope of its own is checked although an <c>if</c> is around it.</summary>
    private Body Strictly(Func<Body> read)
    {
        var outer = expressions.Names.Lenient;
        expressions.Names.Lenient = false;
        var body = read();
        expressions.Names.Lenient = outer;
        return body;
    }

    /// <summary>The body of a macro or of what acts like one: no loop around it can be left from inside.</summary>
    private Body OutsideLoops(string end)
    {
        var outer = loops;
        loops = 0;
        var body = Strictly(() => InsideUntil(end));
        loops = outer;
        return body;
    }
}
