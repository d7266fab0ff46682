using PainlessSteering.Evaluation;


namespace PainlessSteering.Cli.Commands;

/// <summary>Options that are lists with commas.</summary>
internal static class ListValues
{
    /// <summary>The parts; null where the option is not given.</summary>
    public static string[]? Parts(string? text) => text is null ? null : NumberText.Parts(text);

    /// <summary>The strengths; null where the option is not given.</summary>
    /// <exception cref="PasException">One is none, or a comma may be a decimal one.</exception>
    public static IReadOnlyList<SteeringStrength>? Strengths(string? text, string option)
    {
        try
        {
            return text is null ? null : SteeringStrength.List(text);
        }
        catch (PasException e)
        {
            throw e.Of(option);
        }
    }

    /// <summary>A block, or a range of blocks such as <c>0-4</c>.</summary>
    /// <exception cref="PasException">It is none.</exception>
    public static IEnumerable<int> Range(string text, string option) =>
        NumberText.Range(text) is var (first, last) && last < 10000
            ? Enumerable.Range(first, last - first + 1)
            : throw new PasException("not a layer or a range of layers", null, "such as 0-4 or 8,11,13", $"'{text}'") { Setting = option };
}
