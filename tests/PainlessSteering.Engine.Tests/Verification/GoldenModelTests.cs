using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Verification;
using PainlessSteering.Tests.Models.Verification;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>Every golden of a family that the engine has is what the reference computed, or is refused; so is every adapter.</summary>
public sealed class GoldenModelTests
{
    /// <summary>Models whose last prompt is longer than what the engine takes them to.</summary>
    private static readonly string[] TooLong = ["phi4-mini", "phi3-longrope"];

    public static TheoryData<string> Refused => [.. GoldenFamilies.Refused.Keys];

    public static TheoryData<string> Loadable => [.. GoldenFamilies.Loadable];

    public static TheoryData<string> Adapters => [.. Shared.Folders("golden", "adapters")];

    [Theory]
    [MemberData(nameof(Loadable))]
    public void AModel(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        Verify(folder, folder, null, TooLong.Contains(name) ? ["context length"] : []);
    }

    [Theory]
    [MemberData(nameof(Loadable))]
    public void AModelWhoseConfigurationIsOfTransformers5(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        var newer = Path.Combine(folder, "config.v5.json");
        using var other = new TempFolder();
        File.Copy(Path.Combine(folder, "model.safetensors"), other.File("model.safetensors"));
        File.Copy(File.Exists(newer) ? newer : Path.Combine(folder, "config.json"), other.File("config.json"));
        Verify(other.Path, folder, null, TooLong.Contains(name) ? ["context length"] : []);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void AFormThatIsRefused(string name) => Assert.Contains(
        GoldenFamilies.Refused[name], Assert.Throws<PasException>(() => CausalLM.Load(Shared.PathOf("golden", "families", name))).Message, StringComparison.Ordinal);

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

    private static void Verify(string model, string golden, string? adapter, string[] expected)
    {
        using var loaded = CausalLM.Load(model, new LoadOptions { Adapter = adapter });
        var report = GoldenComparison.Run(loaded, golden);
        Assert.Equal(expected, report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind));
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
    }
}
