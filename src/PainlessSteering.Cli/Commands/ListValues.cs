using System.Globalization;

namespace PainlessSteering.Cli.Commands;

/// <summary>Options that are lists with commas.</summary>
internal static class ListValues
{
    /// <summary>The parts; null where the option is not given.</summary>
    public static string[]? Parts(string? text) => text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A number of the list.</summary>
    /// <exception cref="PasException">It is none.</exception>
    public static double Number(string text, string option) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new PasException("not a number", null, "numbers separated by commas", $"'{text}'") { Setting = option };

    /// <summary>A block, or a range of blocks such as <c>0-4</c>.</summary>
    /// <exception cref="PasException">It is none.</exception>
    public static IEnumerable<int> Range(string text, string option)
    {
        int[] ends = [.. text.Split('-').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : -1)];
        return ends is [>= 0 and < 10000] or [>= 0, < 10000] && ends[0] <= ends[^1]
            ? Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)
            : throw new PasException("not a layer or a range of layers", null, "such as 0-4 or 8,11,13", $"'{text}'") { Setting = option };
    }
}
