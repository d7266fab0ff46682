using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace PainlessSteering.Text.Templates.Values;

/// <summary>What Python's <c>json.loads</c> makes of JSON. A string that is not valid Unicode is an <see cref="InvalidOperationException"/>.</summary>
internal static class JsonValues
{
    public static object Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.Array => new PythonList([.. element.EnumerateArray().Select(Of)]),
        JsonValueKind.Object => Dictionary(element),
        _ => None.Value,
    };

    public static PythonDictionary Dictionary(JsonElement element)
    {
        var dictionary = new PythonDictionary();
        foreach (var member in element.EnumerateObject())
        {
            dictionary.Set(member.Name, Of(member.Value));
        }

        return dictionary;
    }

    private static object Number(string text)
    {
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            return double.Parse(text, CultureInfo.InvariantCulture);
        }

        return text.Length <= 4300 ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : throw TemplateException.Value("the input holds an integer of more than 4300 digits");
    }
}
