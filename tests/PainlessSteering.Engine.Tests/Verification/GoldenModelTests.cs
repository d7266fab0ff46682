using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Verification;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>Every golden of a family that the engine has is what the reference computed, or is refused; so is every adapter.</summary>
public sealed class GoldenModelTests
{
    /// <summary>Models of a family that is known, in a form that is refused: the words that say so.</summary>
    private static readonly Dictionary<string, string> RefusedForms = new()
    {
        ["llama-rope-dynamic"] = "rope_type",
        ["llama-rope-yarn"] = "rope_type",
        ["llama-rope-yarn-mscale"] = "rope_type",
        ["qwen2-yarn"] = "rope_type",
        ["gemma3-nested"] = "is missing",
    };

    /// <summary>Models whose last prompt is longer than what the engine takes them to.</summary>
    private static readonly string[] TooLong = ["phi4-mini", "phi3-longrope"];

    public static TheoryData<string> Families => [.. Shared.Folders("golden", "families").Where(IsOfAFamily)];

    public static TheoryData<string> Adapters => [.. Shared.Folders("golden", "adapters")];

    [Theory]
    [MemberData(nameof(Families))]
    public void AModel(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        if (RefusedForms.TryGetValue(name, out var words))
        {
            Assert.Contains(words, Assert.Throws<PasException>(() => CausalLM.Load(folder)).Message, StringComparison.Ordinal);
            return;
        }

        Verify(folder, folder, null, TooLong.Contains(name) ? ["context length"] : []);
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void AnAdapter(string name)
    {
        var folder = Shared.PathOf("golden", "adapters", name);
        var of = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!["base"];
        try
        {
            Verify(of is null ? folder : Shared.PathOf("golden", "adapters", (string)of!), folder, of is null ? null : folder, []);
        }
        catch (PasException e)
        {
            Assert.DoesNotMatch("^(base|lora-(all-linear|bf16|f16|qv|regex)|mica|pattern|pissa-converted|rslora)$", name); // Plain LoRA is never refused.
            Assert.Matches("not supported|not a factor|a Python pickle|does not have", e.Message);
        }
    }

    private static bool IsOfAFamily(string name)
    {
        var config = Shared.Find("golden", "families", name, "config.json");
        return config is null || ModelFamily.All.Any(family => family.Architectures.Contains((string)JsonNode.Parse(File.ReadAllText(config))!["architectures"]![0]!));
    }

    private static void Verify(string model, string golden, string? adapter, string[] expected)
    {
        using var loaded = CausalLM.Load(model, new LoadOptions { Adapter = adapter });
        var report = GoldenComparison.Run(loaded, golden);
        Assert.Equal(expected, report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind));
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
    }
}
