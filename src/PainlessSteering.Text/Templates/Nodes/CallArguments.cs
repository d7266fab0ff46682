using PainlessSteering.Text.Templates.Execution;
using PainlessSteering.Text.Templates.Library;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Nodes;

/// <summary>What stands between the parentheses of a call.</summary>
/// <param name="positional">Values by place.</param>
/// <param name="keywords">Values by name.</param>
/// <param name="rest">After a star: more values by place.</param>
/// <param name="restKeywords">After two stars: more values by name.</param>
internal sealed class CallArguments(
    IReadOnlyList<Expression> positional, IReadOnlyList<(string Name, Expression Value)> keywords, Expression? rest, Expression? restKeywords)
{
    public static readonly CallArguments Empty = new([], [], null, null);

    public IEnumerable<Node> Children =>
        [.. positional, .. keywords.Select(keyword => keyword.Value), .. rest is null ? Array.Empty<Node>() : [rest], .. restKeywords is null ? Array.Empty<Node>() : [restKeywords]];

    public Arguments Evaluate(Scope scope)
    {
        List<object> values = [.. positional.Select(value => value.Evaluate(scope))];
        var named = new OrderedDictionary<string, object>();
        foreach (var (name, value) in keywords)
        {
            named[name] = value.Evaluate(scope);
        }

        if (rest is not null)
        {
            values.AddRange(PythonType.List(rest.Evaluate(scope)));
        }

        if (restKeywords is not null)
        {
            AddAll(named, restKeywords.Evaluate(scope));
        }

        return new Arguments(values, named);
    }

    private static void AddAll(OrderedDictionary<string, object> named, object more)
    {
        var dictionary = more as PythonDictionary ?? throw TemplateException.Type($"argument after ** must be a mapping, not {PythonType.Name(more)}");
        foreach (var pair in dictionary.Items)
        {
            Budget.Spend();
            var name = pair.Items[0] as string ?? throw TemplateException.Type("keywords must be strings");
            if (!named.TryAdd(name, pair.Items[1]))
            {
                throw TemplateException.Type($"got multiple values for keyword argument '{name}'");
            }
        }
    }
}
