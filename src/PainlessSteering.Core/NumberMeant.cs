using System.Text.RegularExpressions;

namespace PainlessSteering;

/// <summary>Which number a text probably means that <see cref="NumberText"/> refuses: decimal commas, and marks between thousands.</summary>
internal static partial class NumberMeant
{
    /// <summary>What to write instead; null where that is not clear.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="form">Of the numbers that can be used.</param>
    public static string? Remedy(string text, Regex form)
    {
        string[] readings = [.. Readings(Blanks().Replace(text, "")).Where(reading => reading != text && form.IsMatch(reading)).Distinct()];
        return readings.Length == 0 ? null : $"write {string.Join(" or ", readings)}{(readings.Length > 1 ? ", whichever is meant" : "")}";
    }

    /// <summary>
    /// What to write instead of a list with commas where these may be decimal ones; null where there is none. Numbers that ascend are a list, as are
    /// numbers with a decimal point: suspected is what ascends only when a comma is read as a point, and a single number that begins with 0.
    /// </summary>
    /// <param name="text">The list.</param>
    public static string? InList(string text)
    {
        var parts = NumberText.Parts(text);
        if (text.Contains('.'))
        {
            return null; // Who writes decimal points separates by commas.
        }

        // Other marks separate the numbers: 0,25;1;4 and 0,25 1 4, and 1,5, 2,5, which may also be a careless list of four.
        string[] separated = [.. text.Split([';', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(part => part.TrimEnd(',')).Where(part => part.Length > 0)];
        string[] corrected = [.. separated.Select(part => part.Replace(',', '.'))];
        if (separated.Length > 1 && separated.Any(part => part.Contains(',')) && corrected.All(part => NumberText.TryReal(part, out _)))
        {
            var list = string.Join(',', corrected);
            if (!parts.All(part => NumberText.TryReal(part, out _)))
            {
                return $"write {list}";
            }

            if (!Ascend(parts) && Ascend(corrected))
            {
                return $"write {list} or {string.Join(',', parts)}, whichever is meant";
            }
        }

        // Blanks beside a comma make it none of a number.
        var close = text.Split(',');
        for (var i = 1; i < close.Length; i++)
        {
            var (before, after) = (close[i - 1], close[i]);
            if (after.Length > 0 && after.All(char.IsAsciiDigit) && ((after.Length > 1 && after[0] == '0') || (before.TrimStart('+', '-') == "0" && (close.Length == 2 || !Ascend(parts)))))
            {
                return $"write {before}.{after} where one number is meant, '{before}, {after}' where two are";
            }
        }

        return null;
    }

    private static bool Ascend(string[] numbers) => numbers.Zip(numbers.Skip(1)).All(pair => NumberText.TryReal(pair.First, out var first) && NumberText.TryReal(pair.Second, out var second) && first < second);

    private static IEnumerable<string> Readings(string text)
    {
        int comma = text.LastIndexOf(','), point = text.LastIndexOf('.');
        if (Thousands().IsMatch(text))
        {
            yield return text.Count(mark => mark is ',' or '.') == 1 ? text.Replace(',', '.') : "";
            yield return text.Replace(",", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        }
        else if (comma > point)
        {
            yield return text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        }
        else
        {
            yield return text.Replace(",", "", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"[\s_'’]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\A[+-]?[1-9][0-9]{0,2}([,.])[0-9]{3}(\1[0-9]{3})*\z")]
    private static partial Regex Thousands();
}
