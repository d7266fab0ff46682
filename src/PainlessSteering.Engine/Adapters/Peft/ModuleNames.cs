using System.Text.RegularExpressions;

namespace PainlessSteering.Engine.Adapters.Peft;

/// <summary>Which modules of a model PEFT's keys <c>target_modules</c>, <c>exclude_modules</c>, <c>rank_pattern</c> and <c>alpha_pattern</c> mean.</summary>
internal static class ModuleNames
{
    /// <summary>Expressions come from files of others: one that backtracks for ever is an error, not a hang.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether a name is one of the list, in full or by its last parts: <c>q_proj</c> means <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public static bool IsIn(IReadOnlyList<string> names, string module) =>
        names.Any(name => module == name || module.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>Whether an expression means the whole name.</summary>
    /// <exception cref="PasException">It is not a regular expression.</exception>
    public static bool IsWhole(string expression, string module, string where) => Matches($@"\A(?:{expression})\z", module, where);

    /// <summary>The value of the first expression that means the end of the name from a dot on, or all of it.</summary>
    /// <exception cref="PasException">An expression is not one.</exception>
    public static double? Value(IReadOnlyDictionary<string, double> byPattern, string module, string where)
    {
        foreach (var (pattern, value) in byPattern)
        {
            if (Matches($@"\A(?:.*\.)?(?:{pattern})\z", module, where))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The number of the block in a name: the one after the list that is named, or the first one.</summary>
    public static int? Layer(string module, IReadOnlyList<string> lists)
    {
        var parts = module.Split('.');
        for (var i = 1; i < parts.Length - 1; i++)
        {
            if ((lists.Count == 0 || lists.Contains(parts[i - 1])) && int.TryParse(parts[i], out var layer))
            {
                return layer;
            }
        }

        return null;
    }

    private static bool Matches(string expression, string module, string where)
    {
        try
        {
            return Regex.IsMatch(module, expression, RegexOptions.CultureInvariant, Patience);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new PasException("not a regular expression for names of modules", where, found: $"'{expression}'", inner: e) { Code = ErrorCodes.FileDamaged };
        }
    }
}
