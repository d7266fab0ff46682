using System.Runtime.CompilerServices;

namespace PainlessSteering.Text.Templates.Syntax;

/// <summary>Tokens to be read one after the other.</summary>
internal sealed class TokenStream(List<TemplateToken> tokens)
{
    private const int Deepest = 200; // Python's parser ends at about 75.
    private int at;
    private int depth;

    public TemplateToken Current => tokens[at];

    public TemplateToken Following => tokens[Math.Min(at + 1, tokens.Count - 1)];

    /// <summary>Line of the current token.</summary>
    public int Line => Current.Line;

    public TemplateToken Next()
    {
        Budget.Spend();
        var token = Current;
        at = Math.Min(at + 1, tokens.Count - 1);
        return token;
    }

    public bool Skip(string symbol) => SkipIf(Current.Is(symbol));

    public bool SkipName(string name) => SkipIf(Current.IsName(name));

    public TemplateToken Expect(TokenKind kind, string described) => Current.Kind == kind ? Next() : throw Unexpected(described);

    public void Expect(string symbol)
    {
        if (!Skip(symbol))
        {
            throw Unexpected(symbol);
        }
    }

    public string ExpectName() => Expect(TokenKind.Name, "name").Text;

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected(name);
        }
    }

    public TemplateException Unexpected(string expected) => TemplateException.Syntax(Current.Kind == TokenKind.End
        ? $"unexpected end of template, expected '{expected}'."
        : $"expected token '{expected}', got '{Current.Described}'", Line);

    /// <summary>Reads something that may hold the same again, to a limited depth.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++depth > Deepest || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw TemplateException.Syntax("nested too deeply", Line);
        }

        var result = read();
        depth--;
        return result;
    }

    private bool SkipIf(bool matches)
    {
        if (matches)
        {
            Next();
        }

        return matches;
    }
}
