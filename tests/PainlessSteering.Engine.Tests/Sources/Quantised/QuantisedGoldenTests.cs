using System.Text.Json.Nodes;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Verification;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Sources.Quantised;

/// <summary>Every quantised checkpoint of the golden data comes to the weights, to the last bit, and the logits that the reference has; or is refused.</summary>
public sealed class QuantisedGoldenTests
{
    private const string RefusedFolder = "refused";

    public static TheoryData<string> Folders => [.. Shared.Folders("golden", "weights").Where(name => name != RefusedFolder)];

    public static TheoryData<string> Refused => [.. Shared.Folders("golden", "weights", RefusedFolder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void WeightsAndLogits(string name)
    {
        var folder = Shared.PathOf("golden", "weights", name);
        using var model = CausalLM.Load(folder);
        var report = GoldenComparison.Run(model, folder);
        Assert.Equal([], report.Differences.Where(difference => !difference.Holds));
        Assert.Contains(report.Differences, difference => difference.Kind == "logits");
        var weights = report.Differences.Single(difference => difference.Kind == "dequantised weights, by hash");
        Assert.Equal(Golden(folder)["weights"]!.AsObject().Count, weights.Compared);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void TheCheckpointHasTheModelsOwnNames(string name)
    {
        var folder = Shared.PathOf("golden", "weights", name);
        var golden = Golden(folder);
        using var source = ModelSource.Open(folder);
        using var scope = NewDisposeScope();
        var weights = source.Weights;
        var (whole, compared) = (golden["weights"]!.AsObject(), 0);
        foreach (var (weight, node) in whole.Where(weight => weights.Has(weight.Key)))
        {
            using var document = System.Text.Json.JsonDocument.Parse(node!.ToJsonString());
            var summary = WeightSummary.Read(document.RootElement);
            Assert.Equal(summary.Shape, weights.ShapeOf(weight));
            var exact = weights.Load(weight, summary.Shape, ScalarType.Float32, CPU);
            Assert.True(summary.HasHashOf(exact), weight);
            Assert.True(exact.to(ScalarType.BFloat16).Equals(weights.Load(weight, summary.Shape, ScalarType.BFloat16, CPU)), weight); // Rounded slice by slice.
            compared++;
        }

        Assert.True(compared == whole.Count || whole.Any(weight => weight.Key.EndsWith("experts.gate_up_proj", StringComparison.Ordinal)), "experts may stand one by one");
        var plain = golden["unquantised"]!.AsArray().Select(unquantised => (string)unquantised!).ToArray();
        Assert.All(plain, unquantised => Assert.Contains(weights.Stored(unquantised).Tensor.dtype, new[] { ScalarType.BFloat16, ScalarType.Float16 }));
        Assert.Equal(weights.Names.Count, weights.Types.Count());
        Assert.Equal(weights.Names.Count - plain.Length, weights.Types.Count(type => type is not ("BF16" or "F16")));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void AFormThatIsRefused(string name)
    {
        var folder = Shared.PathOf("golden", "weights", RefusedFolder, name);
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!["quantization_config"]!;
        var error = Assert.Throws<PasException>(() => CausalLM.Load(folder));
        string[] words = name switch
        {
            "no-method" => ["does not say by which method", "quant_method"],
            "awq-gemv" => ["key 'version'", "'gemv'", "expected gemm"],
            "gptq-marlin" => ["key 'checkpoint_format'", "'marlin'", "expected gptq, gptq_v2"],
            "ct-marlin-24" => ["key 'format'", "'marlin-24'", "pack-quantized"],
            "ct-sparse-24" => ["key 'format'", "'sparse-24-bitmask'", "sparsity_config"],
            "bnb-4bit-storage" => ["key 'bnb_4bit_quant_storage'", "'bfloat16'", "expected uint8"],
            _ => [$"a method that is not supported, '{settings["quant_method"]}'", "compressed-tensors, modelopt"],
        };
        Assert.Equal(ErrorCodes.NotSupported, error.Code);
        Assert.All([.. words, "use the model's own checkpoint"], word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        using var source = ModelSource.Open(folder);
        Assert.Equal(error.Message, Assert.Throws<PasException>(() => source.Weights).Message);
    }

    private static JsonNode Golden(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!;
}
