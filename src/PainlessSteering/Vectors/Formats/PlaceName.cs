using System.Globalization;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors.Formats;

/// <summary>
/// Names that say where a vector belongs: <c>15</c>, <c>layer.15</c>, <c>model.layers.15.mlp</c>, <c>direction.15</c>, <c>mlp</c>. A word that is not
/// known may say what the vector is for, so that the whole name is none.
/// </summary>
/// <param name="Layer">0-based block, negative where it is counted from the last; null where the name has none.</param>
/// <param name="Site">Point of the block; null where the name has none.</param>
internal sealed record PlaceName(int? Layer, SteeringSite? Site)
{
    private const int Longest = 100, MostDigits = 6;

    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "model", "base", "transformer", "gpt", "neox", "language", "decoder", "backbone",
        "layer", "layers", "block", "blocks", "h", "vector", "vectors", "vec", "steering", "steer", "control", "direction", "directions",
    };

    /// <summary>What other programs call the points of a block, beside this one's names.</summary>
    private static readonly Dictionary<string, SteeringSite> Sites = new(StringComparer.Ordinal) { ["decoder_block"] = SteeringSite.Residual };

    /// <summary>The place that a name says; null where it says none, or something else too.</summary>
    public static PlaceName? Parse(string name)
    {
        if (SiteOf(name) is { } only)
        {
            return new PlaceName(null, only);
        }

        if (name.Length > Longest)
        {
            return null;
        }

        var first = name.AsSpan().IndexOfAnyInRange('0', '9');
        if (first < 0)
        {
            return null;
        }

        var end = first;
        while (end < name.Length && char.IsAsciiDigit(name[end]))
        {
            end++;
        }

        var isNegative = first > 0 && name[first - 1] == '-';
        var before = name[..(isNegative ? first - 1 : first)].TrimEnd('.', '_');
        var site = end == name.Length ? null : name[end] is '.' or '_' ? SiteOf(name[(end + 1)..]) : null;
        if (end - first > MostDigits || (end < name.Length && site is null) || (SiteOf(before) is { } front && site is not null && front != site))
        {
            return null;
        }

        return SiteOf(before) is null && before.Length > 0 && !before.Split('.', '_').All(Words.Contains)
            ? null
            : new PlaceName((isNegative ? -1 : 1) * int.Parse(name.AsSpan(first, end - first), CultureInfo.InvariantCulture), site ?? SiteOf(before));
    }

    private static SteeringSite? SiteOf(string name) => Sites.GetValueOrDefault(name) ?? SteeringSite.Find(name);
}
