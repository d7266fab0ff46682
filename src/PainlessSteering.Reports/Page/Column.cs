using System.Globalization;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;

namespace PainlessSteering.Reports.Page;

/// <summary>A column of a table, for people and for programs.</summary>
/// <param name="Heading">In the page; null where the page leaves the column out.</param>
/// <param name="Key">In the CSV file.</param>
/// <param name="Shown">In the page.</param>
/// <param name="Raw">In the CSV file.</param>
/// <param name="Number">Whether numbers stand in it.</param>
internal sealed record Column<T>(string? Heading, string Key, Func<T, string> Shown, Func<T, string> Raw, bool Number);

/// <summary>The kinds of columns.</summary>
/// <typeparam name="T">What a row is about.</typeparam>
internal static class Columns<T>
{
    /// <summary>A text.</summary>
    public static Column<T> Text(string? heading, string key, Func<T, string> value) => new(heading, key, value, value, false);

    /// <summary>A whole or fractional number as it is.</summary>
    public static Column<T> Plain(string? heading, string key, Func<T, double?> value) => Of(heading, key, value, Words.Number, number => number);

    /// <summary>A strength as it was asked for.</summary>
    public static Column<T> Strength(string? heading, string key, Func<T, SteeringStrength?> value) => new(
        heading, key, row => value(row)?.ToString() ?? "", row => value(row) is { IsPercentage: true } percentage ? percentage.ToString() : Raw(value(row)?.Number), true);

    /// <summary>An accuracy; a share of 1 in the file.</summary>
    public static Column<T> Percent(string? heading, string key, Func<T, double?> value) => Of(heading, key, value, Words.Percent, share => share);

    /// <summary>An effect, in percentage points.</summary>
    public static Column<T> Points(string? heading, string key, Func<T, double?> value) => Of(heading, key, value, Words.Points, effect => 100 * effect);

    /// <summary>A text that the page shows only where it tells rows apart.</summary>
    public static Column<T> Varying(IReadOnlyList<T> rows, string heading, string key, Func<T, string> value) =>
        Text(rows.Select(value).Distinct().Count() > 1 ? heading : null, key, value);

    /// <summary>A p value; the file keeps its digits however small it is.</summary>
    public static Column<T> P(string? heading, string key, Func<T, double?> value) => new(
        heading, key, row => value(row) is { } p ? Words.P(p) : "", row => value(row) is { } p && double.IsFinite(p) ? p.ToString("G12", CultureInfo.InvariantCulture) : "", true);

    /// <summary>Both ends of an interval of an effect.</summary>
    public static Column<T>[] Interval(string heading, string key, Func<T, Interval?> value) =>
    [
        new(heading, key + "_low", row => value(row) is { } interval ? Words.Of(interval) : "", row => Raw(100 * value(row)?.Low), true),
        new(null, key + "_high", _ => "", row => Raw(100 * value(row)?.High), true),
    ];

    private static Column<T> Of(string? heading, string key, Func<T, double?> value, Func<double, string> show, Func<double, double> raw) => new(
        heading, key, row => value(row) is { } number ? show(number) : "", row => Raw(value(row) is { } number ? raw(number) : null), true);

    private static string Raw(double? number) => number is { } value && double.IsFinite(value) ? Math.Round(value, 12).ToString(CultureInfo.InvariantCulture) : "";
}
