using System.Globalization;
using System.Text.RegularExpressions;
using static System.FormattableString;

namespace PainlessSteering;

/// <summary>
/// Numbers as people type them: the one reader of the tool, the study files and the server. It is the same in every country: digits, a
/// point, an exponent, and nothing between or around them. What is written otherwise is refused, with the number that was probably meant.
/// Errors tell neither place nor setting, which the caller knows.
/// </summary>
internal static partial class NumberText
{
    private const string ExpectedInList = "numbers separated by commas";

    /// <summary>A finite number.</summary>
    /// <param name="text">Such as 1.5, -2 or 1e-3.</param>
    /// <param name="expected">What the error says that was expected.</param>
    /// <exception cref="PasException">It is none.</exception>
    public static double Real(string text, string expected = "digits and a decimal point, such as 0.5")
    {
        if (!RealForm().IsMatch(text))
        {
            throw new PasException("not a number", null, expected, Quoted(text), NumberMeant.Remedy(text, RealForm())) { Code = ErrorCodes.BadSetting };
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var isLost = number == 0 && text.AsSpan().Trim("+-0.").Length > 0 && text.TrimStart('+', '-', '0', '.')[0] is >= '1' and <= '9'; // 1e-999 is no 0.
        return double.IsFinite(number) && !isLost
            ? number
            : throw new PasException("the number is out of range", null, "at most 1.7e308, and 0 or at least 1e-323", Quoted(text)) { Code = ErrorCodes.BadSetting };
    }

    /// <summary>A whole number.</summary>
    /// <param name="text">Digits, with a sign or without.</param>
    /// <param name="least">The smallest that can be used.</param>
    /// <param name="most">The largest.</param>
    /// <exception cref="PasException">It is none, or out of range.</exception>
    public static long Whole(string text, long least = long.MinValue, long most = long.MaxValue) =>
        WholeForm().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new PasException("not usable", null, Usable(text, least, most), Quoted(text), NumberMeant.Remedy(text, WholeForm())) { Code = ErrorCodes.BadSetting };

    /// <summary>The numbers of a list with commas. Commas that are probably decimal ones are refused; see <see cref="NumberMeant.InList"/>.</summary>
    /// <param name="text">Such as 0.25,1,4; blanks may stand beside the commas.</param>
    /// <exception cref="PasException">A part is no number, or the list can be read in two ways.</exception>
    public static double[] List(string text)
    {
        EnsureNoDecimalComma(text);
        return [.. Parts(text).Select(part => Real(part, ExpectedInList))];
    }

    /// <summary>Refuses a list in which a comma is probably a decimal one.</summary>
    /// <exception cref="PasException">It is, with what to write instead.</exception>
    public static void EnsureNoDecimalComma(string text)
    {
        if (NumberMeant.InList(text) is { } remedy)
        {
            throw new PasException("a comma stands where a decimal point may be meant", null, ExpectedInList, Quoted(text), remedy) { Code = ErrorCodes.BadSetting };
        }
    }

    /// <summary>The parts of a list with commas.</summary>
    public static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads a finite number, where the text is one.</summary>
    public static bool TryReal(string? text, out double number)
    {
        number = 0;
        return text is not null && RealForm().IsMatch(text) && double.IsFinite(number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>A number from 0, or a range of them such as <c>0-4</c>; null where the text is neither.</summary>
    public static (int First, int Last)? Range(string text)
    {
        int[] ends = [.. text.Split('-').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)];
        return ends is [>= 0] or [>= 0, >= 0] && ends[0] <= ends[^1] ? (ends[0], ends[^1]) : null;
    }

    private static string Usable(string text, long least, long most) =>
        most < int.MaxValue || (text.Length > 9 && WholeForm().IsMatch(text)) ? Invariant($"a whole number from {least} to {most}")
        : least > int.MinValue ? Invariant($"a whole number, {least} or more")
        : "a whole number";

    private static string Quoted(string text) => text.Length > 60 ? $"'{text[..60]}…'" : $"'{text}'";

    [GeneratedRegex(@"\A[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex RealForm();

    [GeneratedRegex(@"\A[+-]?[0-9]+\z")]
    private static partial Regex WholeForm();
}
