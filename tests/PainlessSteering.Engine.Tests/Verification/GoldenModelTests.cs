using PainlessSteering.Engine;
using PainlessSteering.Engine.Verification;
using PainlessSteering.Tests.Models.Verification;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>Every golden of a family that the engine has is what the reference computed.</summary>
public sealed class GoldenModelTests
{
    /// <summary>Models whose last prompt is longer than what the engine takes them to.</summary>
    private static readonly string[] TooLong = ["phi4-mini", "phi3-longrope", "llama-rope-dynamic"];

    /// <summary>A model whose continuation passes the placeholder of a picture, which the reference does not embed as other tokens; all that has none is equal.</summary>
    private const string WithPlaceholder = "muse-glimmer";

    public static TheoryData<string> Loadable => [.. GoldenFamilies.Loadable];

    [Theory]
    [MemberData(nameof(Loadable))]
    public void AModel(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        Verify(folder, folder, Expected(name));
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
        Verify(other.Path, folder, Expected(name));
    }

    private static string[] Expected(string name) => TooLong.Contains(name) ? ["context length"] : name == WithPlaceholder ? ["greedy continuation"] : [];

    private static void Verify(string model, string golden, string[] expected)
    {
        using var loaded = CausalLM.Load(model);
        var report = GoldenComparison.Run(loaded, golden);
        Assert.Equal(expected, report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind));
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
    }
}
