namespace PainlessSteering.Text.Templates.Syntax;

/// <param name="Kind">What it is.</param>
/// <param name="Value">Text of data, names, strings and operators; the value of a number.</param>
/// <param name="Line">1-based line where it begins.</param>
internal sealed record TemplateToken(TokenKind Kind, object Value, int Line)
{
    public string Text => Value as string ?? "";

    public bool Is(string symbol) => Kind == TokenKind.Operator && Text == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    /// <summary>As errors name it.</summary>
    public string Described => Kind switch
    {
        TokenKind.End => "end of template",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.Number => Values.PythonText.Str(Value),
        TokenKind.Text => "string",
        _ => Text,
    };
}
