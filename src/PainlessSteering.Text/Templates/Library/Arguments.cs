using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>What a call hands over.</summary>
/// <param name="Positional">Values by place.</param>
/// <param name="Keywords">Values by name, in the order of the call.</param>
internal sealed record Arguments(IReadOnlyList<object> Positional, OrderedDictionary<string, object> Keywords)
{
    public static Arguments Of(params object[] positional) => new(positional, []);

    /// <summary>The same with a value before all others.</summary>
    public Arguments After(object first) => this with { Positional = [first, .. Positional] };

    /// <summary>The keywords as a template sees them.</summary>
    public PythonDictionary KeywordDictionary()
    {
        var dictionary = new PythonDictionary();
        foreach (var (name, value) in Keywords)
        {
            dictionary.Set(name, value);
        }

        return dictionary;
    }
}
