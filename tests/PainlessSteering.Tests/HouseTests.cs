using System.Text.RegularExpressions;

namespace PainlessSteering.Tests;

/// <summary>The plan of the house, read from the sources: who may know whom, and how a room looks.</summary>
public partial class HouseTests
{
    private const int LongestFile = 400;

    /// <summary>What a folder may know besides itself and the root's small helpers. Every folder stands here; a new one is told its place.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Text"] = [],
        ["Hub"] = [],
        ["Data"] = ["Hub"], // A task's files may lie in the hub's cache.
        ["Statistics"] = [],
        ["Native"] = [],
        ["Models"] = ["Native"], // A budget of memory decides what becomes of freed memory.
        ["Steering"] = ["Models", "Data"], // A method parts data items.
        ["Evaluation"] = ["Models", "Steering", "Data", "Statistics", "Text"],
        ["Generation"] = ["Models", "Steering", "Text"],
        ["Training"] = ["Models", "Data", "Text", "Evaluation", "Statistics", "Native"], // It makes and frees tensors as nothing else does.
        ["Studies"] = ["Models", "Steering", "Data", "Statistics", "Text", "Evaluation", "Generation", "Training", "Hub"],
    };

    private static readonly string[] WithoutTensors = ["Text", "Hub", "Data", "Statistics"];

    /// <summary>The root's own classes that know the whole library, so that no folder may know them but Studies, which runs them many times.</summary>
    private static readonly string[] Roofs = ["PasPipeline", "PasEvaluation", "FitBenchmark", "PasFit", "Pas"];

    private static readonly string? Root = FindRoot();

    [Fact]
    public void NoArrowRunsTheWrongWay() => AssertNone(
        from file in Sources("PainlessSteering")
        where file.Folder.Length > 0
        from known in Known(file)
        where known != file.Folder && !MayKnow.GetValueOrDefault(file.Folder, []).Contains(known)
        select $"{file.Path} knows {known}");

    [Fact]
    public void EveryFolderHasItsPlace() => AssertNone(
        from folder in Sources("PainlessSteering").Select(file => file.Folder).Distinct()
        where folder.Length > 0 && !MayKnow.ContainsKey(folder)
        select $"folder {folder} is not in the plan");

    [Fact]
    public void NoFolderKnowsTheRoof() => AssertNone(
        from file in Sources("PainlessSteering")
        where file.Folder.Length > 0 && file.Folder != "Studies"
        from roof in Roofs
        where Regex.IsMatch(file.Code, $@"\b{roof}\b")
        select $"{file.Path} knows {roof}");

    [Fact]
    public void TheLibraryDoesNotKnowItsApplications() => AssertNone(
        from file in Sources("PainlessSteering")
        where Regex.IsMatch(file.Code, @"PainlessSteering\.(Reports|Cli|Server)|System\.CommandLine|Spectre|ScottPlot|\bConsole\.")
        select file.Path);

    [Fact]
    public void TheServerDoesNotKnowTheTool() => AssertNone(
        from file in Sources("PainlessSteering.Server")
        where Regex.IsMatch(file.Code, @"PainlessSteering\.Cli|System\.CommandLine|Spectre")
        select file.Path);

    [Fact]
    public void TextDataAndStatisticsUseNoTensors() => AssertNone(
        from file in Sources("PainlessSteering")
        where WithoutTensors.Contains(file.Folder) && Regex.IsMatch(file.Code, @"TorchSharp|\btorch\b|\bTensor\b")
        select file.Path);

    [Fact]
    public void ReportsKnowOnlyWhatWasFound() => AssertNone(
        from file in Sources("PainlessSteering.Reports")
        from known in Known(file)
        where known is not ("Reports" or "Statistics" or "Evaluation" or "Training" or "Studies")
        select $"{file.Path} knows {known}");

    /// <summary>The library, then the reports, then the server, then the tool.</summary>
    [Fact]
    public void ReportsDoNotKnowTheirApplications() => AssertNone(
        from file in Sources("PainlessSteering.Reports")
        where Regex.IsMatch(file.Code, @"PainlessSteering\.(Cli|Server)|System\.CommandLine|Spectre|\bConsole\.")
        select file.Path);

    [Fact]
    public void NoFileIsLong() => AssertNone(
        from file in Directory.EnumerateDirectories(Source()).SelectMany(project => Sources(Path.GetFileName(project)))
        where file.Text.Count(character => character == '\n') > LongestFile
        select $"{file.Path} has more than {LongestFile} lines");

    [Fact]
    public void ANamespaceIsItsFolder() => AssertNone(
        from project in Directory.EnumerateDirectories(Source()).Select(folder => Path.GetFileName(folder)!)
        from file in Sources(project)
        let expected = $"{project}/{Path.GetDirectoryName(file.Path)}".TrimEnd('/').Replace('/', '.')
        let found = NamespaceLine().Match(file.Code) is { Success: true } line ? line.Groups[1].Value : null
        where found != expected && !(found is null && Path.GetFileName(file.Path) == "Program.cs")
        select $"{file.Path}: namespace {found}, expected {expected}");

    [Fact]
    public void NothingIsLeftToDo() => AssertNone(
        from file in Directory.EnumerateDirectories(Source()).SelectMany(project => Sources(Path.GetFileName(project)))
        where Regex.IsMatch(file.Text, @"\b(TODO|FIXME|HACK|NotImplementedException)\b")
        select file.Path);

    /// <summary>The folders of the library that a file names: in a using, a full name, or a name that begins with a folder.</summary>
    private static IEnumerable<string> Known(SourceFile file)
    {
        foreach (Match name in LibraryName().Matches(file.Code))
        {
            yield return name.Groups[1].Value;
        }

        foreach (var folder in MayKnow.Keys.Where(folder => Regex.IsMatch(file.Code, $@"(?<![\w.""]){folder}\.[A-Z]")))
        {
            yield return folder;
        }
    }

    private static IEnumerable<SourceFile> Sources(string project)
    {
        var folder = Path.Combine(Source(), project);
        return from path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
               let relative = Path.GetRelativePath(folder, path).Replace('\\', '/')
               where !relative.StartsWith("obj/", StringComparison.Ordinal) && !relative.StartsWith("bin/", StringComparison.Ordinal)
               select new SourceFile(relative, File.ReadAllText(path));
    }

    private static string Source()
    {
        Assert.SkipWhen(Root is null, "needs the repository around the tests");
        return Path.Combine(Root!, "src");
    }

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Painless.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    private static void AssertNone(IEnumerable<string> offences) => Assert.Equal("", string.Join('\n', offences.Distinct()));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"(?<!namespace )\bPainlessSteering\.([A-Z]\w*)")]
    private static partial Regex LibraryName();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    /// <param name="Path">Below its project, with slashes.</param>
    /// <param name="Text">All of it.</param>
    private sealed record SourceFile(string Path, string Text)
    {
        /// <summary>The first folder below the project; empty at its root.</summary>
        public string Folder => Path.Contains('/') ? Path[..Path.IndexOf('/')] : "";

        /// <summary>The text without comments.</summary>
        public string Code => Comment().Replace(Text, "");
    }
}
