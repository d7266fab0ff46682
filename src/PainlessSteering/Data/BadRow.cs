namespace PainlessSteering.Data;

/// <summary>A row of a data file that is not a usable item.</summary>
/// <param name="Row">1-based number of the record in the file, or in the result of the select where there is one.</param>
/// <param name="Column">The column at fault.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Expected">What would have been right.</param>
/// <param name="Found">What was there, shortened.</param>
public sealed record BadRow(long Row, string Column, string Problem, string Expected, string Found)
{
    /// <summary>The parameter of <see cref="Dataset.Load"/> that leaves such rows out.</summary>
    private const string Skip = "skipBadRows";

    internal PasException ToException(string place) => new(
        Problem, FormattableString.Invariant($"{place}, row {Row}, column '{Column}'"), Expected, Found, $"mend the row or leave bad rows out with {SettingName.Of(Skip)}")
    {
        Code = ErrorCodes.BadData,
    };
}
