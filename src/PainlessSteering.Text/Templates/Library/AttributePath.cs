using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The way to a part of an item that filters name by <c>attribute</c>: <c>"function.name"</c>, <c>"0.role"</c> or an index.</summary>
internal static class AttributePath
{
    /// <summary>A getter; without a path, the item itself.</summary>
    public static Func<object, object> Getter(object path, object? missing = null)
    {
        var parts = Parts(path);
        return item =>
        {
            foreach (var part in parts)
            {
                item = Subscript.Item(item, part);
                item = item is Undefined && missing is not null ? missing : item;
            }

            return item;
        };
    }

    /// <summary>A getter of the key that sorting and grouping compare: texts in lower case unless case matters.</summary>
    public static Func<object, object> Key(object path, bool caseSensitive, object? missing = null)
    {
        var get = Getter(path, missing);
        return item => Fold(get(item), caseSensitive);
    }

    public static object Fold(object value, bool caseSensitive) => !caseSensitive && PythonType.IsText(value) ? LetterCase.Lower(PythonType.Text(value)) : value;

    private static object[] Parts(object path)
    {
        if (path is not (string or Markup))
        {
            return path is Missing or None ? [] : [path];
        }

        var text = PythonType.Text(path);
        Budget.Spend(1 + text.Length); // A part may be as short as nothing.
        return [.. text.Split('.').Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? NumberParsing.Index(part) : (object)part)];
    }
}
