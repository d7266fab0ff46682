using System.Globalization;

namespace PainlessSteering;

/// <summary>Sizes as people write them: a number and a unit, powers of 1000 (8GB) or of 1024 (8GiB).</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Number of bytes.</summary>
    /// <param name="text">Such as 500MB, 1.5GiB or 2000000.</param>
    /// <param name="setting">The setting that it is the value of, for an error.</param>
    /// <exception cref="PasException">The text is no size above 0.</exception>
    public static long Parse(string text, string setting)
    {
        var number = text.TrimEnd([.. "BKMGTIbkmgti "]);
        var unit = text[number.Length..].Trim().ToUpperInvariant();
        var power = Array.IndexOf(Units, unit.Replace("I", "", StringComparison.Ordinal).TrimEnd('B') + "B");
        var bytes = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && power >= 0
            ? value * Math.Pow(unit.Contains('I', StringComparison.Ordinal) ? 1024 : 1000, power)
            : 0;
        return bytes is >= 1 and < long.MaxValue ? (long)bytes : throw new PasException("not a size", expected: "a number and a unit, such as 500MB or 8GB", found: $"'{text}'") { Setting = setting };
    }

    /// <summary>A size for people, such as 8.1 GB.</summary>
    public static string Show(long bytes)
    {
        var power = bytes < 1000 ? 0 : Math.Min(Units.Length - 1, (int)Math.Log(bytes, 1000));
        return FormattableString.Invariant($"{bytes / Math.Pow(1000, power):0.#} {Units[power]}");
    }
}
