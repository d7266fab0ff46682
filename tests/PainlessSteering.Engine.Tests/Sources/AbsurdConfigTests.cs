using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Every number of every published layout that the engine knows, replaced by what no model has: read, or refused in one line, at once and in little memory.</summary>
public sealed class AbsurdConfigTests
{
    private const long MostBytes = 200_000_000;

    /// <summary>As JSON writes them; NaN and Infinity as Python's does.</summary>
    private static readonly string[] Absurd = ["0", "-1", "2147483647", "1073741824", "1000000000000000000", "1e300", "0.5", "NaN", "-Infinity", "\"7\"", "\"\"", "null", "true", "[]", "{}"];

    public static TheoryData<string> Families => [.. Shared.Folders("golden", "families").Where(IsKnown)];

    /// <summary>Where a new family has no published layout among the goldens, its numbers are tried nowhere.</summary>
    [Fact]
    public void EveryFamilyIsTried()
    {
        var tried = Families.SelectMany(row => Architectures(row.Data).Append(TextOf(row.Data))).ToHashSet();
        Assert.SkipWhen(tried.Count == 0, "needs golden data: golden/families");
        Assert.All(ModelFamily.All, family => Assert.Contains(family.Architectures, tried.Contains));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void AnAbsurdSizeIsReadOrRefused(string family)
    {
        var given = JsonNode.Parse(File.ReadAllText(Shared.PathOf("golden", "families", family, "config.json")))!;
        using var folder = new TempFolder();
        foreach (var (with, place) in Numbers(given))
        {
            foreach (var value in Absurd)
            {
                folder.Write("config.json", with(value));
                var allocated = 0L;
                var thrown = CpuLimit.Run($"{family}: {place} = {value}", () =>
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    try
                    {
                        using var source = ModelSource.Open(folder.Path);
                        _ = source.Config.ParameterCount;
                    }
                    finally
                    {
                        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                    }
                });
                Assert.True(thrown is null or PasException, $"{place} = {value}: {thrown}");
                Assert.True(thrown is null || (thrown.Message.Length < 700 && !thrown.Message.Contains('\n', StringComparison.Ordinal)), $"{place} = {value}: {thrown?.Message}");
                Assert.True(allocated < MostBytes, $"{place} = {value}: {allocated} bytes");
            }
        }
    }

    /// <summary>The architecture of the part that reads text.</summary>
    private static string TextOf(string family)
    {
        using var source = ModelSource.Open(Shared.PathOf("golden", "families", family));
        return source.Config.TextArchitecture;
    }

    private static bool IsKnown(string family) => Architectures(family).Any(ModelFamily.All.SelectMany(known => known.Architectures).Contains);

    private static IEnumerable<string> Architectures(string family) => Shared.Find("golden", "families", family, "config.json") is { } path
        ? JsonNode.Parse(File.ReadAllText(path))?["architectures"]?.AsArray().Select(name => (string)name!) ?? []
        : [];

    /// <summary>The places of all numbers, of a list the first, with the file's text that has another value there.</summary>
    private static IEnumerable<(Func<string, string> With, string Place)> Numbers(JsonNode root)
    {
        foreach (var path in Paths(root, []))
        {
            yield return (
                value =>
                {
                    const string Mark = "the value is put here";
                    var changed = root.DeepClone();
                    var parent = path[..^1].Aggregate(changed, (node, key) => key is int i ? node[i]! : node[(string)key]!);
                    if (path[^1] is int at)
                    {
                        parent[at] = Mark;
                    }
                    else
                    {
                        parent[(string)path[^1]] = Mark;
                    }

                    return changed.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal);
                },
                string.Join('.', path));
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] above) => node switch
    {
        JsonObject section => section.SelectMany(pair => Paths(pair.Value, [.. above, pair.Key])),
        JsonArray { Count: > 0 } list => Paths(list[0], [.. above, 0]),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => [above],
        _ => [],
    };
}
