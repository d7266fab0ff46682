using PainlessSteering.Engine;
using PainlessSteering.Engine.Verification;
using PainlessSteering.Tests.Models.Verification;

namespace PainlessSteering.Tests.Engine.Verification;

/// <summary>Every golden of a family that the engine has is what the reference computed.</summary>
public sealed class GoldenModelTests
{
    /// <summary>Models whose last prompt is longer than what the engine takes them to.</summary>
    private static readonly string[] TooLong = ["phi4-mini", "phi3-longrope", "llama-rope-dynamic"];

    public static TheoryData<string> Loadable => [.. GoldenFamilies.Loadable];

    [Theory]
    [MemberData(nameof(Loadable))]
    public void AModel(string name)
    {
        var folder = Shared.PathOf("golden", "families", name);
        Verify(folder, folder, TooLong.Contains(name) ? ["context length"] : []);
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
        Verify(other.Path, folder, TooLong.Contains(name) ? ["context length"] : []);
    }

    private static void Verify(string model, string golden, string[] expected)
    {
        using var loaded = CausalLM.Load(model);
        var report = GoldenComparison.Run(loaded, golden);
        Assert.Equal(expected, report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind));
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
    }
}
