using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Nodes;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>A macro that can be called; what it renders is its value.</summary>
/// <param name="name">Its name; null for the block of a call.</param>
/// <param name="body">Parameters and statements.</param>
/// <param name="definedIn">The scope that the statements see.</param>
internal sealed class Macro(string? name, MacroBody body, Scope definedIn) : Callable
{
    public override string TypeName => "Macro";

    public override string Repr() => name is null ? "<Macro anonymous>" : $"<Macro '{name}'>";

    public override object Attribute(string attribute) => attribute switch
    {
        "name" => name is null ? None.Value : name,
        "arguments" => new PythonTuple([.. body.Parameters.Select(parameter => parameter.Name)]),
        "catch_kwargs" => body.Uses("kwargs"),
        "catch_varargs" => body.Uses("varargs"),
        "caller" => body.Uses("caller"),
        _ => Missing.Value,
    };

    public override object Call(Arguments arguments)
    {
        Budget.Spend();
        var names = body.Parameters.Select(parameter => parameter.Name).ToArray();
        var given = arguments.Positional.Take(names.Length).ToArray();
        var values = names.Zip(given).ToDictionary(pair => pair.First, pair => pair.Second);
        var keywords = new OrderedDictionary<string, object>(arguments.Keywords);
        foreach (var parameter in names.Skip(given.Length))
        {
            values[parameter] = keywords.Remove(parameter, out var value) ? value : Missing.Value;
        }

        if (body.Uses("caller"))
        {
            values["caller"] = keywords.Remove("caller", out var caller) && caller is not None ? caller : new Undefined("No caller defined");
        }

        if (body.Uses("kwargs"))
        {
            values["kwargs"] = (arguments with { Keywords = keywords }).KeywordDictionary();
        }
        else if (keywords.Count > 0)
        {
            throw TemplateException.Type(keywords.ContainsKey("caller")
                ? $"macro '{name}' was invoked with two values for the special caller argument. This is most likely a bug."
                : $"macro '{name}' takes no keyword argument '{keywords.GetAt(0).Key}'");
        }

        if (body.Uses("varargs"))
        {
            values["varargs"] = new PythonTuple([.. arguments.Positional.Skip(names.Length)]);
        }
        else if (arguments.Positional.Count > names.Length)
        {
            throw TemplateException.Type(FormattableString.Invariant($"macro '{name}' takes not more than {names.Length} argument(s)"));
        }

        return body.Render(definedIn, values);
    }
}
