using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The parameters of a built-in function, e.g. <c>value slices fill_with?</c>: a question mark makes one optional, <c>*</c> and <c>**</c> take the rest.</summary>
internal sealed class Signature
{
    private readonly string[] names;
    private readonly int required;
    private readonly bool takesRest;
    private readonly bool takesKeywords;

    public Signature(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        takesRest = parts.Contains("*");
        takesKeywords = parts.Contains("**");
        parts = [.. parts.Where(part => part[0] != '*')];
        required = parts.Count(part => part[^1] != '?');
        names = [.. parts.Select(part => part.TrimEnd('?'))];
    }

    /// <summary>One value for every parameter, <see cref="Missing"/> where none was given; then the rest as a tuple and a dict, where they are taken.</summary>
    public object[] Bind(string function, Arguments arguments)
    {
        var values = new object[names.Length + (takesRest ? 1 : 0) + (takesKeywords ? 1 : 0)];
        Array.Fill(values, Missing.Value);
        var given = arguments.Positional.Count;
        if (given > names.Length && !takesRest)
        {
            throw TemplateException.Type(FormattableString.Invariant($"{function}() takes at most {names.Length} arguments ({given} given)"));
        }

        for (var i = 0; i < Math.Min(given, names.Length); i++)
        {
            values[i] = arguments.Positional[i];
        }

        var others = new PythonDictionary();
        foreach (var (name, value) in arguments.Keywords)
        {
            Place(function, values, others, name, value);
        }

        if (Array.IndexOf(values, Missing.Value, 0, required) is >= 0 and var absent)
        {
            throw TemplateException.Type($"{function}() missing required argument: '{names[absent]}'");
        }

        if (takesRest)
        {
            values[names.Length] = new PythonTuple([.. arguments.Positional.Skip(names.Length)]);
        }

        if (takesKeywords)
        {
            values[^1] = others;
        }

        return values;
    }

    private void Place(string function, object[] values, PythonDictionary others, string name, object value)
    {
        var at = Array.IndexOf(names, name);
        if (at < 0 && takesKeywords)
        {
            others.Set(name, value);
        }
        else if (at < 0)
        {
            throw TemplateException.Type($"{function}() got an unexpected keyword argument '{name}'");
        }
        else if (values[at] is not Missing)
        {
            throw TemplateException.Type($"{function}() got multiple values for argument '{name}'");
        }
        else
        {
            values[at] = value;
        }
    }
}
