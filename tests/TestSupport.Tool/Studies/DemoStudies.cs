using PainlessSteering.Data;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Demo;

namespace PainlessSteering.Tests.Studies;

/// <summary>The folder studies of the repository.</summary>
internal static class DemoStudies
{
    public static string Folder { get; } = Path.GetFullPath("../../studies", DemoFolder.Root);

    /// <summary>The paper's experiments that the demo model runs too.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. NamesIn(Path.Combine(Folder, "demo"))];

    public static IEnumerable<string> NamesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    /// <summary>Writes a study of the demo model with less of everything: few items, one seed, two cells of the grid.</summary>
    public static string WriteFew(string name, TempFolder into)
    {
        var demo = Path.Combine(Folder, "demo", name + ".yaml");
        var splits = StudySpec.Load(demo).Splits.Any(split => split != SplitSizes.Default);
        var few = splits ? "splits: [[12, 4, 20], [30, 10, 20]]" : "max_items: 80";
        var placebos = name.EndsWith("released", StringComparison.Ordinal) ? 0 : 1;
        return into.Write(name + ".yaml", $"base: {demo}\nseeds: [2]\nlayers: [1]\nstrengths: [1, 4]\n{few}\nplacebos: {placebos}\n");
    }
}
