using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PainlessSteering.Tests.House;

/// <summary>The plan of the house, read from the sources: who may know whom, and how a room looks.</summary>
public partial class HouseTests
{
    private const int LongestFile = 300;

    /// <summary>What a folder of the method may know besides itself. Every folder stands here; a new one is told its place. What a project may know, its file says.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Data"] = [],
        ["Statistics"] = [],
        ["Vectors"] = ["Data"], // A method parts data items.
        ["Scoring"] = ["Data", "Statistics"],
        ["Sweeps"] = ["Scoring"],
        ["Evaluation"] = ["Vectors", "Scoring", "Sweeps", "Data", "Statistics"],
        ["Chat"] = ["Vectors"],
    };

    /// <summary>The projects that the libraries may refer to; all others are applications.</summary>
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["PainlessSteering.Core"] = [],
        ["PainlessSteering.Text"] = ["PainlessSteering.Core"],
        ["PainlessSteering.Hub"] = ["PainlessSteering.Core"],
        ["PainlessSteering.Engine"] = ["PainlessSteering.Core", "PainlessSteering.Text"],
        ["PainlessSteering"] = ["PainlessSteering.Engine", "PainlessSteering.Hub"],
        ["PainlessSteering.Training"] = ["PainlessSteering"],
        ["PainlessSteering.Studies"] = ["PainlessSteering", "PainlessSteering.Training"],
        ["PainlessSteering.Reports"] = ["PainlessSteering.Studies"],
        ["PainlessSteering.Server"] = ["PainlessSteering"],
        ["PainlessSteering.Cli"] = ["PainlessSteering.Reports", "PainlessSteering.Server"],
    };

    private static readonly string[] WithoutTensors = ["Data", "Statistics"];

    /// <summary>The method's own classes that know the whole of it, so that no folder of it may know them.</summary>
    private static readonly string[] Roofs = ["PasPipeline", "PasEvaluation", "FitBenchmark", "PasFit", "Pas"];

    /// <summary>Files with options that are none of an error's: those of sbatch and of llama.cpp's programs, and a whole command of the tool, to be copied.</summary>
    private static readonly string[] NamesOptions = ["PainlessSteering.Studies/SlurmJob.cs", "PainlessSteering.Engine/Sources/GgufModel.cs", "PainlessSteering.Hub/HubRepository.cs", "PainlessSteering/Evaluation/Benchmarks/Peers/PeerProgram.cs"];

    private static readonly string? Root = FindRoot();

    [Fact]
    public void AProjectRefersToWhatThePlanSays()
    {
        var found = Directory.EnumerateDirectories(Source()).Select(folder => Path.GetFileName(folder)!).ToDictionary(
            project => project,
            project => XDocument.Load(Path.Combine(Source(), project, project + ".csproj")).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(References.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, project => Assert.Equal(References[project.Key].Order(StringComparer.Ordinal), project.Value));
    }

    /// <summary>The picture in docs/architecture.md names a project by what follows "PainlessSteering."; the method is called Method.</summary>
    [Fact]
    public void ThePictureOfTheHouseIsTrue()
    {
        static string Drawn(string project) => project == "PainlessSteering" ? "Method" : project["PainlessSteering.".Length..];

        Assert.SkipWhen(Root is null, "needs the repository around the tests");
        var picture = Arrow().Matches(File.ReadAllText(Path.Combine(Root!, "docs", "architecture.md"))).Select(arrow => (From: arrow.Groups[1].Value, To: arrow.Groups[2].Value));
        Assert.Equal(
            References.SelectMany(project => project.Value.Select(known => (From: Drawn(project.Key), To: Drawn(known)))).Order(),
            picture.Order());
    }

    [Fact]
    public void TextHubAndCoreNeedNoPackages() => AssertNone(
        from project in new[] { "PainlessSteering.Core", "PainlessSteering.Text", "PainlessSteering.Hub" }
        from package in XDocument.Load(Path.Combine(Source(), project, project + ".csproj")).Descendants("PackageReference")
        select $"{project} needs {package.Attribute("Include")?.Value}");

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
        where file.Folder.Length > 0
        from roof in Roofs
        where Regex.IsMatch(file.Code, $@"\b{roof}\b")
        select $"{file.Path} knows {roof}");

    [Fact]
    public void NoLibraryWritesToTheConsole() => AssertNone(
        from project in References.Keys.Where(project => project != "PainlessSteering.Cli")
        from file in Sources(project)
        where Regex.IsMatch(file.Code, @"System\.CommandLine|Spectre|\bConsole\.")
        select file.Path);

    [Fact]
    public void DataAndStatisticsUseNoTensors() => AssertNone(
        from file in Sources("PainlessSteering")
        where WithoutTensors.Contains(file.Folder) && Regex.IsMatch(file.Code, @"TorchSharp|\btorch\b|\bTensor\b")
        select file.Path);

    [Fact]
    public void ReportsKnowOnlyWhatWasFound() => AssertNone(
        from file in Sources("PainlessSteering.Reports")
        from known in Known(file)
        where known is not ("Statistics" or "Evaluation")
        select $"{file.Path} knows {known}");

    [Fact]
    public void NoFileIsLong() => AssertNone(
        from file in Directory.EnumerateDirectories(Source()).SelectMany(project => Sources(Path.GetFileName(project)))
        where file.Text.Count(character => character == '\n') > LongestFile
        select $"{file.Path} has more than {LongestFile} lines");

    [Fact]
    public void ANamespaceIsItsFolder() => AssertNone(
        from project in Directory.EnumerateDirectories(Source()).Select(folder => Path.GetFileName(folder)!)
        from file in Sources(project)
        let root = project == "PainlessSteering.Core" ? "PainlessSteering" : project // What all parts use is had without a using of its own.
        let expected = $"{root}/{Path.GetDirectoryName(file.Path)}".TrimEnd('/').Replace('/', '.')
        let found = NamespaceLine().Match(file.Code) is { Success: true } line ? line.Groups[1].Value : null
        where found != expected && !(found is null && Path.GetFileName(file.Path) == "Program.cs")
        select $"{file.Path}: namespace {found}, expected {expected}");

    /// <summary>A library names its own properties; the tool knows its options (OptionNames).</summary>
    [Fact]
    public void NoLibraryNamesAnOption() => AssertNone(
        from project in References.Keys.Where(project => project != "PainlessSteering.Cli")
        from file in Sources(project)
        where !NamesOptions.Contains($"{project}/{file.Path}")
        from quoted in QuotedOption().Matches(file.Code)
        select $"{project}/{file.Path}: {quoted.Value}");

    [Fact]
    public void NothingIsLeftToDo() => AssertNone(
        from file in Directory.EnumerateDirectories(Source()).SelectMany(project => Sources(Path.GetFileName(project)))
        where Regex.IsMatch(file.Text, @"\b(TODO|FIXME|HACK|NotImplementedException)\b")
        select file.Path);

    /// <summary>The folders of the method that a file names: in a using, a full name, or a name that begins with a folder.</summary>
    private static IEnumerable<string> Known(SourceFile file)
    {
        foreach (var name in LibraryName().Matches(file.Code).Select(match => match.Groups[1].Value).Where(MayKnow.ContainsKey))
        {
            yield return name;
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

    [GeneratedRegex(@"^  (\w+)(?:\[\w+\])? --> (\w+)", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"""[^""\n]*--[a-z]")]
    private static partial Regex QuotedOption();

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
