namespace PainlessSteering.Studies;

/// <summary>Answers as text, one letter an item: short in a file, and readable.</summary>
internal static class Letters
{
    /// <summary>0-based positions as letters: 0 is A.</summary>
    public static string Of(IEnumerable<int> positions) => string.Concat(positions.Select(position => (char)('A' + position)));

    /// <summary>Letters as 0-based positions.</summary>
    public static IReadOnlyList<int> Positions(string letters) => [.. letters.Select(letter => letter - 'A')];
}
