using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filter <c>urlencode</c>.</summary>
internal static class UrlEncoding
{
    public static string Encode(object value) => value switch
    {
        PythonDictionary dictionary => Pairs(dictionary.Items),
        not (string or Markup) when PythonType.TryIterate(value) is { } items => Pairs(items),
        _ => Quote(value, query: false),
    };

    private static string Pairs(IEnumerable<object> items) => string.Join('&', items.Select(item => PythonType.List(item) is [var key, var value]
        ? $"{Quote(key, query: true)}={Quote(value, query: true)}"
        : throw TemplateException.Value("not enough values to unpack (expected 2)")));

    private static string Quote(object value, bool query)
    {
        var text = PythonText.Str(value);
        Budget.SpendText(3L * text.Length);
        var quoted = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var character = (char)unit;
            _ = char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-' or '~' || (character == '/' && !query) ? quoted.Append(character)
                : query && character == ' ' ? quoted.Append('+')
                : quoted.Append('%').Append(Convert.ToHexString([unit]));
        }

        return quoted.ToString();
    }
}
