using System.Text.RegularExpressions;

namespace PainlessSteering.Data;

/// <summary>Makes one line of DuckDB's long messages: what is wrong with the data, and in which line of the file.</summary>
internal static partial class DataFileError
{
    /// <summary>Where DuckDB goes on to advice, options and the quoted SQL.</summary>
    private static readonly string[] Ends = ["\nLINE ", "\nPossible ", "\nThe search space", "\n  file =", "\n\tCandidate"];

    /// <param name="exception">DuckDB's.</param>
    /// <param name="what">What fails.</param>
    /// <param name="path">The file.</param>
    /// <param name="folder">Where mended copies of files are, which the user does not know.</param>
    public static PasException From(Exception exception, string what, string path, string folder)
    {
        var message = Regex.Replace(exception.Message, Regex.Escape(folder) + @"/?[a-z]*\.?[a-z]*", path.Replace("$", "$$", StringComparison.Ordinal));
        foreach (var end in Ends)
        {
            var at = message.IndexOf(end, StringComparison.Ordinal);
            message = at < 0 ? message : message[..at];
        }

        var place = path;
        if (CsvError().Match(message) is { Success: true } csv)
        {
            place = $"{path}, line {csv.Groups["line"].Value}";
            message = csv.Groups["reason"].Value;
        }

        return new PasException($"{what}: {CellText.Shown(message, 300).TrimEnd('.')}", place, remedy: Remedy(message), inner: exception) { Code = ErrorCodes.BadData };
    }

    private static string? Remedy(string message) =>
        message.Contains("utf-8", StringComparison.OrdinalIgnoreCase) ? "save it as UTF-8"
        : message.Contains("state machine", StringComparison.Ordinal) ? "make its line ends all alike and close its quotes"
        : null;

    /// <summary>The line number and, after the record at fault, which may itself be long, the reason.</summary>
    [GeneratedRegex(@"CSV Error on Line: (?<line>\d+)\n.*?(?<reason>[^\n]+)\s*$", RegexOptions.Singleline)]
    private static partial Regex CsvError();
}
