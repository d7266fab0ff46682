using System.Text.Json;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Sources.Gguf;
using PainlessSteering.Engine.Verification;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Models as GGUF files of llama.cpp's own making, against what transformers computes of them. Every file is read, or is refused by name.</summary>
public sealed class GgufModelTests
{
    private const double LogitBound = 2e-4;

    public static TheoryData<string> Twins => [.. Shared.Files(".gguf", "gguf", "families")];

    /// <summary>A twin computes what its family computes: logits, every site, steered logits and continuations; where the file cannot say something of the model, its own logits.</summary>
    [Theory]
    [MemberData(nameof(Twins))]
    public void ATwinComputesWhatItsFamilyComputes(string name)
    {
        var path = Shared.PathOf("gguf", "families", name + ".gguf");
        var golden = Shared.PathOf("golden", "families", name);
        if (RefusalOf(path) is { } refusal)
        {
            Assert.Contains(refusal, Assert.Throws<PasException>(() => { using var source = ModelSource.Open(path); _ = source.Config; }).Message, StringComparison.Ordinal);
            return;
        }

        AssertEveryKeyIsTaken(path);
        using var model = CausalLM.Load(path);
        if (Shared.Find("gguf", "families", name + ".safetensors") is { } own)
        {
            AssertLogits(model, golden, own);
            return;
        }

        var report = GoldenComparison.Run(model, golden);
        Assert.Equal(name is "phi3-longrope" or "phi4-mini" ? ["context length"] : [], report.Differences.Where(difference => !difference.Holds).Select(difference => difference.Kind));
        Assert.True(report.Differences.Count > 5);
    }

    /// <summary>All that is put into the family's words is asked for: a setting that is passed over gives another model.</summary>
    private static void AssertEveryKeyIsTaken(string path)
    {
        using var file = GgufFiles.Open(path);
        var architecture = GgufArchitecture.Of(file.Metadata);
        var config = ConfigFile.Of(JsonSerializer.SerializeToElement(GgufKeys.Configuration(new ArchitectureKeys(file, architecture.Name), architecture)), path);
        ModelConfig.Read(config);
        Assert.Empty(config.Unasked().Where(key => !key.SaysNothing).Select(key => key.Path));
    }

    private static string? RefusalOf(string path)
    {
        using var file = GgufFiles.Open(path);
        var architecture = file.Metadata.Text("general.architecture");
        return GgufArchitecture.All.Any(known => known.Name == architecture) ? null : $"the architecture '{architecture}' is not supported";
    }

    private static void AssertLogits(CausalLM model, string golden, string own)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "golden.json")));
        using var values = SafeTensors.Open(own);
        foreach (var (prompt, number) in document.RootElement.GetProperty("prompts").EnumerateArray().Select((prompt, number) => (prompt, number)))
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            int[] ids = [.. prompt.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            var logits = model.Logits(model.ForwardAll(PackedBatch.Pack([ids]), leavesOnly: false));
            Assert.InRange((logits - values.Load($"logits.{number}")).abs().max().ToSingle(), 0, Math.Max(LogitBound, 10 * prompt.GetProperty("moved_by_1e-7_noise_in_embeddings").GetDouble()));
        }
    }
}
