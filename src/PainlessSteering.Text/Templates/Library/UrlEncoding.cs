using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The filter <c>urlencode</c>.</summary>
internal static class UrlEncoding
{
    private const string Digits = "0123456789ABCDEF";

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
        Budget.SpendCharacters(text.Length);
        var bytes = Encoding.UTF8.GetBytes(text);
        Budget.SpendText(3L * bytes.Length);
        Budget.SpendCharacters(bytes.Length);
        var quoted = new StringBuilder();
        foreach (var unit in bytes)
        {
            var character = (char)unit;
            _ = char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-' or '~' || (character == '/' && !query) ? quoted.Append(character)
                : query && character == ' ' ? quoted.Append('+')
                : quoted.Append('%').Append(Digits[unit >> 4]).Append(Digits[unit & 15]);
        }

        return quoted.ToString();
    }
}
