using System.Diagnostics;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Every number of every published layout, replaced by one that no model has: read, or refused in one line, at once and in little memory.</summary>
public sealed class AbsurdConfigTests
{
    private const long MostBytes = 200_000_000;

    private static readonly JsonNode[] Absurd = [int.MaxValue, 1 << 30, 0, -1, 1e300, "7"];

    /// <summary>Each reads the same few keys, so that some stand for all.</summary>
    public static TheoryData<string> Families => [.. Shared.Folders("golden", "families").Where((name, i) => i % 8 == 0 || name is "llama" or "qwen3-5" or "mixtral")];

    [Theory]
    [MemberData(nameof(Families))]
    public void AnAbsurdSizeIsReadOrRefused(string family)
    {
        var given = JsonNode.Parse(File.ReadAllText(Shared.PathOf("golden", "families", family, "config.json")))!.AsObject();
        using var folder = new TempFolder();
        foreach (var path in Numbers(given, []))
        {
            foreach (var value in Absurd)
            {
                var changed = given.DeepClone();
                path[..^1].Aggregate(changed, (node, key) => node[key]!)[path[^1]] = value.DeepClone();
                folder.Write("config.json", changed.ToJsonString());
                var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
                var thrown = Record.Exception(() =>
                {
                    using var source = ModelSource.Open(folder.Path);
                    _ = source.Config.ParameterCount;
                });
                var shown = $"{string.Join('.', path)} = {value.ToJsonString()}: {clock.Elapsed.TotalSeconds:0.0} s, {thrown}";
                Assert.True(thrown is null or PasException, shown);
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes && clock.Elapsed < TimeSpan.FromSeconds(10), shown);
            }
        }
    }

    private static IEnumerable<string[]> Numbers(JsonObject node, string[] above) => node.SelectMany(pair => pair.Value switch
    {
        JsonObject section => Numbers(section, [.. above, pair.Key]),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => [[.. above, pair.Key]],
        _ => [],
    });
}
