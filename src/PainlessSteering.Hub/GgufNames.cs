using System.Text.RegularExpressions;

namespace PainlessSteering.Hub;

/// <summary>What the names of GGUF files say, as publishers write them: the quantisation, the parts of a model that is split, and which files are no models.</summary>
internal static partial class GgufNames
{
    /// <summary>Which file is taken where none is named: the first of these that there is, else the first by name.</summary>
    private static readonly string[] Preferred = ["Q4_K_M", "Q4_K_S", "Q4_1", "Q4_0", "Q5_K_M", "Q5_K_S", "Q6_K", "Q8_0", "IQ4_NL", "IQ4_XS", "Q3_K_M", "BF16", "F16", "F32"];

    public static bool IsGguf(string file) => file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);

    /// <summary>The models among files, each by its one file or by its first part, in order. Parts that see or hear, and tables of importance, are none.</summary>
    public static IReadOnlyList<string> Models(IEnumerable<string> files) =>
        [.. files.Where(IsModel).GroupBy(Whole, StringComparer.Ordinal).Select(parts => parts.Order(StringComparer.Ordinal).First()).Order(StringComparer.Ordinal)];

    /// <summary>All files of a model that one of its files names.</summary>
    public static IReadOnlyList<string> Parts(string file, IEnumerable<string> files) => [.. files.Where(other => IsGguf(other) && Whole(other) == Whole(file)).Order(StringComparer.Ordinal)];

    /// <summary>The quantisation that a file's name says, in capitals: the last in it, or that of its folder; null where it says none.</summary>
    public static string? Quantisation(string file) => LabelPattern().Matches(file) is { Count: > 0 } found ? found[^1].Value.ToUpperInvariant() : null;

    /// <summary>What files are told apart by, for messages: their quantisations, or their names.</summary>
    public static string Shown(IReadOnlyList<string> models)
    {
        const int Most = 12;
        string[] labels = [.. models.Select(model => Quantisation(model) ?? model).Distinct(StringComparer.Ordinal)];
        return string.Join(", ", labels.Take(Most)) + (labels.Length > Most ? ", …" : "");
    }

    /// <summary>The model of a quantisation; null where there is none. Of several the one with the shortest name, which says nothing else.</summary>
    public static string? Find(IReadOnlyList<string> models, string quantisation)
    {
        var shortest = models.OrderBy(model => model.Length).ThenBy(model => model, StringComparer.Ordinal).ToArray();
        return shortest.FirstOrDefault(model => quantisation.Equals(Quantisation(model), StringComparison.OrdinalIgnoreCase))
            ?? shortest.FirstOrDefault(model => $"UD-{quantisation}".Equals(Quantisation(model), StringComparison.OrdinalIgnoreCase))
            ?? shortest.FirstOrDefault(model => Regex.IsMatch(model, $@"(?<![A-Za-z0-9]){Regex.Escape(quantisation)}(?![A-Za-z0-9_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
    }

    /// <summary>The model that is taken where none is named.</summary>
    public static string Best(IReadOnlyList<string> models) => Preferred.Select(label => Find(models, label)).FirstOrDefault(model => model is not null) ?? models[0];

    private static bool IsModel(string file)
    {
        var name = Path.GetFileName(file);
        return IsGguf(file) && !name.Contains("mmproj", StringComparison.OrdinalIgnoreCase) && !(name.EndsWith("imatrix.gguf", StringComparison.OrdinalIgnoreCase) && Quantisation(name) is null);
    }

    private static string Whole(string file) => PartPattern().Replace(file, "$1");

    [GeneratedRegex(@"-[0-9]{5}(-of-[0-9]{5}\.gguf)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"(?<![A-Z0-9])(UD-)?(I?Q[1-8](_[A-Z0-9]+)+|TQ[12]_0|BF16|F16|F32|MXFP4(_MOE)?|NVFP4)(?![A-Z0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();
}
