namespace PainlessSteering.Text.Templates;

/// <summary>What Python's Jinja2 would raise; <see cref="ChatTemplate"/> turns it into a <see cref="PasException"/> with file and line.</summary>
/// <param name="kind">Python's name of the error, e.g. <c>TypeError</c>; some filters catch some kinds.</param>
/// <param name="message">Python's message.</param>
internal sealed class TemplateException(string kind, string message) : Exception(message)
{
    /// <summary>The kind of what <c>raise_exception</c> throws: the template itself refuses the input.</summary>
    public const string Refusal = "TemplateError";

    public string Kind => kind;

    /// <summary>Whether the template asks for more work, depth or memory than it may.</summary>
    public bool IsLimit => kind is "LimitError" or "RecursionError";

    /// <summary>1-based line of the template where it is known when the error is thrown; 0 otherwise.</summary>
    public int Line { get; init; }

    public static TemplateException Type(string message) => new("TypeError", message);

    public static TemplateException Value(string message) => new("ValueError", message);

    public static TemplateException Undefined(string message) => new("UndefinedError", message);

    public static TemplateException Security(string message) => new("SecurityError", message);

    public static TemplateException Syntax(string message, int line) => new("TemplateSyntaxError", message) { Line = line };
}
