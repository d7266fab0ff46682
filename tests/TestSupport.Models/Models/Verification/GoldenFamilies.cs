using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Families;

namespace PainlessSteering.Tests.Models.Verification;

/// <summary>The golden models whose families the engine has.</summary>
internal static class GoldenFamilies
{
    /// <summary>Tokens of the longest of <see cref="Load"/>'s prompts, of a model whose context is not shorter.</summary>
    public const int Longest = 60;

    /// <summary>Every one; a family that the engine has is not left out.</summary>
    public static IEnumerable<string> Loadable => Shared.Folders("golden", "families").Where(IsOfAFamily);

    /// <summary>
    /// A model, prompts of which some share a long beginning, and how far logits may be from those of a prompt alone: 1e-5, or twice what a noise of 1e-7
    /// in the embeddings does where that is more, because each operation on the way rounds by about as much.
    /// </summary>
    public static (CausalLM Model, int[][] Prompts, double Bound) Load(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!["prompts"]!.AsArray();
        var ids = golden.Select(prompt => prompt!["ids"]!.AsArray().Select(id => (int)id!).ToArray()).ToArray();
        var noise = golden.Max(prompt => (double)prompt!["moved_by_1e-7_noise_in_embeddings"]!);
        var model = CausalLM.Load(folder);
        var longest = ids.MaxBy(prompt => prompt.Length)![..Math.Min(Longest, model.Config.ContextLength - 1)];
        return (model, [longest, [.. longest[..^1], 7], [.. longest[..30], 5, 6, 7], longest[..30], ids[1], ids[0], [.. ids[1], 9, 8, 7]], Math.Max(1e-5, 2 * noise));
    }

    private static bool IsOfAFamily(string name)
    {
        var config = Shared.Find("golden", "families", name, "config.json");
        return config is null || ModelFamily.All.Any(family => family.Architectures.Contains((string)JsonNode.Parse(File.ReadAllText(config))!["architectures"]![0]!));
    }
}
