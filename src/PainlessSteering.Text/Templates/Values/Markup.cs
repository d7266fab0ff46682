namespace PainlessSteering.Text.Templates.Values;

/// <summary>Text marked as safe HTML. It prints as it is; joining it to other text by <c>+</c> escapes the other.</summary>
internal sealed class Markup(string text) : PythonObject
{
    public override string TypeName => "Markup";

    public string Text => text;

    public override string Repr() => $"Markup({PythonText.Repr(text)})";

    public static Markup Escape(object value) => value as Markup ?? new Markup(Escape(PythonText.Str(value)));

    public static string Escape(string text)
    {
        var units = text.AsSpan();
        Budget.SpendText(text.Length + (4L * (units.Count('&') + units.Count('\'') + units.Count('"'))) + (3L * (units.Count('<') + units.Count('>'))));
        return Replaced(text);
    }

    private static string Replaced(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);
}
