using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Reports.Page;
using PainlessSteering.Studies;
using PainlessSteering.Tests.Studies.Tables;

namespace PainlessSteering.Tests.Studies.Hostile;

/// <summary>Whatever stands in a study's folder, what can be read is shown, and each file that cannot is one line.</summary>
public sealed class HostileFolderTests : IDisposable
{
    private const string Cells = "cells", Failures = "failures", Timings = "timings";

    private readonly TempFolder _folder = new();
    private readonly ResultStore _store;
    private readonly string[] _ids;

    public HostileFolderTests()
    {
        _store = new MadeStudy().Task("bias", "Social Bias", [20, 24, 22, 18], transferLoss: 10).Task("other", null, [1, 0]).Missing("more", 1, "no such file").Save(_folder.File("study"));
        _ids = [.. _store.ReadPlan().Cells.Select(cell => cell.Id)];
    }

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, Action<string>, string> Spoilt => new()
    {
        { "empty", file => File.WriteAllText(file, ""), "cannot be read" },
        { "cut short", file => File.WriteAllText(file, File.ReadAllText(file)[..^20]), "cannot be read" },
        { "garbage", file => File.WriteAllBytes(file, [0, 0xff, 0xfe, 1]), "cannot be read" },
        { "a list", file => File.WriteAllText(file, "[]"), "cannot be read" },
        { "nothing in it", file => File.WriteAllText(file, "{}"), "cannot be read" },
        { "null", file => File.WriteAllText(file, "null"), "cannot be read" },
        { "deep", file => File.WriteAllText(file, new string('[', 1_000_000)), "cannot be read" },
        { "huge", file => { using var stream = File.Create(file); stream.SetLength(40L << 30); }, "is too large; expected at most" },
        { "a folder", file => { File.Delete(file); Directory.CreateDirectory(file); }, "cannot be read" },
        { "a pipe", file => NamedPipe.Make(file), "a regular file; found a pipe" },
        { "a device", file => { File.Delete(file); File.CreateSymbolicLink(file, "/dev/zero"); }, "a regular file; found a device" },
        { "a link to itself", file => { File.Delete(file); File.CreateSymbolicLink(file, file); }, "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task AFileThatIsSpoiltIsOneLine(string _, Action<string> spoil, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files of Unix");
        foreach (var (kind, id) in new[] { (Cells, _ids[0]), (Timings, _ids[1]), (Failures, _ids[^1]) })
        {
            spoil(Path.Combine(_store.Folder, kind, id + ".json"));
        }

        var status = await Pas.RunAsync("study", "status", _store.Folder);
        Assert.Equal((0, ""), (status.Code, status.Error));
        Assert.StartsWith("made: 5 of 7 cells are done, 0 running, 0 failed\n", status.Output, StringComparison.Ordinal);
        var lines = status.Output.TrimEnd('\n').Split('\n')[1..];
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("  damaged: ", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(says, line, StringComparison.Ordinal));
        var report = await Pas.RunAsync("study", "report", _store.Folder);
        Assert.Equal((0, 4), (report.Code, report.Error.TrimEnd('\n').Split('\n').Length));
        Assert.StartsWith("made: 5 of 7 runs are done", report.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await Pas.RunAsync("study", "status", _store.Folder, "--json")).Json["damaged"]!.AsArray().Count);
    }

    [Theory]
    [MemberData(nameof(Spoilt))]
    public async Task APlanThatIsSpoiltIsOneLine(string what, Action<string> spoil, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files of Unix");
        spoil(_store.PlanFile);
        foreach (var verb in new[] { "status", "report" })
        {
            var run = await Pas.RunAsync("study", verb, _store.Folder);
            Assert.Equal((1, ""), (run.Code, run.Output));
            Assert.Matches(@"\Apas: error: [^\n]+\n\z", run.Error);
            Assert.Contains(what is "a folder" ? "is not the folder of a study" : says, run.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>A cell's file with one value changed at random is a result still, or one line; the report never stumbles over it.</summary>
    [Fact]
    public void AnyChangeOfAResultIsFoundOrHarmless()
    {
        var random = new Random(3);
        var file = Path.Combine(_store.Folder, Cells, _ids[0] + ".json");
        var original = File.ReadAllText(file);
        var found = 0;
        for (var round = 0; round < 300; round++)
        {
            File.WriteAllText(file, Changed(original, random));
            StudyResults? results = null;
            Assert.Null(CpuLimit.Run(File.ReadAllText(file), () => results = _store.Read()));
            found += results!.Damaged.Count;
            Assert.Equal(6, results.Results.Count + results.Damaged.Count);
            if (round % 10 == 0 || results.Damaged.Count == 0)
            {
                Assert.NotEmpty(StudyReportPage.Make(results).Page);
            }
        }

        Assert.InRange(found, 150, 299);
    }

    /// <summary>The same of the plan, which says what all the others are.</summary>
    [Fact]
    public void AnyChangeOfAPlanIsOneLineOrHarmless()
    {
        var random = new Random(4);
        var original = File.ReadAllText(_store.PlanFile);
        var refused = 0;
        for (var round = 0; round < 200; round++)
        {
            File.WriteAllText(_store.PlanFile, Changed(original, random));
            try
            {
                Assert.NotNull(StudyStatus.Of(_store));
                Assert.NotEmpty(StudyReportPage.Make(_store.Read()).Page);
            }
            catch (PasException e)
            {
                refused++;
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(refused, 50, 199);
    }

    [Fact]
    public void TheSameCellTwiceIsOneCell()
    {
        var plan = JsonNode.Parse(File.ReadAllText(_store.PlanFile))!;
        plan["cells"]!.AsArray().Add(plan["cells"]![0]!.DeepClone());
        File.WriteAllText(_store.PlanFile, plan.ToJsonString());
        Assert.Equal(7, _store.ReadPlan().Cells.Count);
        Assert.NotEmpty(StudyReportPage.Make(_store.Read()).Page);
    }

    [Fact]
    public async Task ThousandsOfOtherFilesCostNothing()
    {
        foreach (var kind in new[] { Cells, Failures, Timings, "vectors", "claims" })
        {
            Directory.CreateDirectory(Path.Combine(_store.Folder, kind));
            for (var i = 0; i < 3000; i++)
            {
                File.WriteAllText(Path.Combine(_store.Folder, kind, FormattableString.Invariant($"{i:x24}.json")), "{");
            }
        }

        Assert.StartsWith("made: 6 of 7 cells are done", (await Pas.RunAsync("study", "status", _store.Folder)).Output, StringComparison.Ordinal);
        Assert.Empty(_store.Read().Damaged);
    }

    [Fact]
    public void NamesThatDifferInCaseOrAreLongGetFilesOfTheirOwn()
    {
        var (one, other) = (new string('x', 400) + "1", new string('x', 400) + "2");
        var made = new MadeStudy().Task("bias", null, [3, 4]).Task("BIAS", null, [3, 4], model: "DEMO").Task(one, null, [3, 4]).Task(other, null, [3, 4]).Task("../../etc/passwd", null, [1, 2]).Task("数据", null, [1, 2]).Task("con", null, [1, 2]);
        var folder = _folder.File("report");
        StudyReportPage.Write(made.Save(_folder.File("long")).Read(), folder);
        string[] names = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))];
        Assert.All(names, name => Assert.InRange(Path.GetFileName(name).Length, 5, 220));
        Assert.All(names, name => Assert.Matches(@"\A(report\.html|(figures|tables)/[A-Za-z0-9_][A-Za-z0-9._~-]*\.(svg|csv))\z", name));
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var first = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);
        StudyReportPage.Write(made.Results, folder);
        Assert.Equal(first.Keys.Order(), Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task AReportGoesWhereItIsToldAndDeletesNothingElse()
    {
        var mine = Directory.CreateDirectory(_folder.File("mine/figures")).FullName;
        await File.WriteAllTextAsync(Path.Combine(mine, "precious.svg"), "x", TestContext.Current.CancellationToken);
        var refused = await Pas.RunAsync("study", "report", _store.Folder, "--out", _folder.File("mine"));
        Assert.Equal(1, refused.Code);
        Assert.Contains("the folder holds other files than a report's", refused.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(mine, "precious.svg")));
        foreach (var time in new[] { 1, 2 })
        {
            var run = await Pas.RunAsync("study", "report", _store.Folder, "--out", _folder.File("there"));
            Assert.True(run.Code == 0, FormattableString.Invariant($"{time}: {run.Error}"));
        }

        Assert.True(File.Exists(_folder.File("there/report.html")));
        Assert.False(Directory.Exists(Path.Combine(_store.Folder, "report")));
    }

    private static string Changed(string json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        var nodes = new List<JsonNode>();
        void Collect(JsonNode? node)
        {
            if (node is null)
            {
                return;
            }

            nodes.Add(node);
            foreach (var child in node switch { JsonObject o => o.Select(pair => pair.Value), JsonArray a => a.AsEnumerable(), _ => [] })
            {
                Collect(child);
            }
        }

        Collect(root);
        var chosen = nodes[random.Next(1, nodes.Count)];
        JsonNode? Strange() => random.Next(14) switch
        {
            0 => null,
            1 => JsonValue.Create(-1),
            2 => JsonValue.Create(int.MaxValue),
            3 => JsonNode.Parse("1e400"),
            4 => JsonValue.Create(0.3),
            5 => JsonValue.Create(""),
            6 => JsonValue.Create("\uffffΩ"),
            7 => JsonValue.Create(new string('A', 100_000)),
            8 => new JsonArray(),
            9 => new JsonArray(null, null),
            10 => new JsonObject(),
            11 => JsonValue.Create(true),
            12 => new JsonArray([.. Enumerable.Range(0, 1000).Select(i => (JsonNode)i)]),
            _ => JsonValue.Create("../../x"),
        };
        switch (chosen.Parent)
        {
            case JsonObject parent when random.Next(4) == 0:
                parent.Remove(chosen.GetPropertyName());
                break;
            case JsonArray parent when random.Next(4) == 0:
                parent.Add(chosen.DeepClone());
                break;
            default:
                chosen.ReplaceWith(Strange());
                break;
        }

        return root.ToJsonString(new JsonSerializerOptions { MaxDepth = 64 });
    }
}
