using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>What a model is computed in where nobody says, and a model whose numbers of two bytes stay so.</summary>
public class FittingTypeTests
{
    [Theory]
    [InlineData("f32", false, "f32 full", "f32 full", "f32 full")]
    [InlineData("bf16 f32", true, "bf16 full", "f32 stored", "bf16 full")]
    [InlineData("f16", true, "f32 stored", "f32 stored", "f32 full")]
    [InlineData("f16 bf16", true, "f32 stored", "f32 stored", "f32 full")]
    [InlineData("blocks", false, "f32 full", "f32 full", "f32 full")]
    [InlineData("blocks f16", true, "f32 stored", "f32 stored", "f32 full")]
    [InlineData("f64", false, "f32 full", "f32 full", "f32 full")]
    public void TheTypeIsTheModelsOwnWhereTheDeviceMultipliesIt(string types, bool isHalf, string withBFloat16, string without, string onGpu)
    {
        NumberCount[] matrices = [.. types.Split(' ').Select((type, i) => new NumberCount(TypeOf(type), 100 - i))];
        Assert.Equal(withBFloat16, Words(FittingType.Of(matrices, null, onCpu: true, multipliesBFloat16: true)));
        Assert.Equal(without, Words(FittingType.Of(matrices, null, onCpu: true, multipliesBFloat16: false)));
        Assert.Equal(onGpu, Words(FittingType.Of(matrices, null, onCpu: false, multipliesBFloat16: true)));
        Assert.Equal("bf16 int4", Words(FittingType.Of(matrices, WeightFormat.FourBit, onCpu: true, multipliesBFloat16: true)));
        Assert.Equal("f32 int4", Words(FittingType.Of(matrices, WeightFormat.FourBit, onCpu: true, multipliesBFloat16: false)));
        Assert.Equal(isHalf, without != "f32 full");
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, true)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float16, false)]
    public void NumbersOfTwoBytesStaySo(ScalarType type, bool tied)
    {
        using var folder = new TinyModelFolder(TinyModels.Llama with { HiddenSize = 32, TiedEmbeddings = tied });
        folder.EditWeights(weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights[name] = weights[name].to(type);
            }
        });
        using var full = CausalLM.Load(folder.Path);
        using var model = CausalLM.Load(folder.Path, new LoadOptions { Weights = WeightFormat.Stored });
        Assert.Equal((full.Fingerprint, ScalarType.Float32), (model.Fingerprint, model.DataType));

        // The inner width of 40 is no multiple of 16, so that weight is widened.
        var widened = 3L * 32 * 40 * 2;
        var norms = 7L * 32 * 2;
        Assert.Equal((full.WeightBytes / 2) + widened + norms, model.WeightBytes);
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        foreach (var length in new[] { 3, 40 })
        {
            var batch = PackedBatch.Pack([[.. Enumerable.Range(0, length).Select(i => i % 50)]]);
            var (expected, found) = (full.Logits(full.Forward(batch)), model.Logits(model.Forward(batch)));
            Assert.True((expected - found).abs().max().item<float>() < 1e-5f);
        }

        // A weight that is asked for is one to write to, and counts.
        Assert.All(full.Weights, weight => Assert.True(weight.Value.Equals(model.Weights[weight.Key])));
        using var grad = no_grad();
        model.Weights["model.norm.weight"].zero_();
        Assert.Equal(0, model.Logits(model.Forward(PackedBatch.Pack([[1, 2]]))).abs().max().item<float>());
    }

    [Theory]
    [InlineData(WeightFormat.EightBit)]
    [InlineData(WeightFormat.FourBit)]
    public void RoundedWeightsAreThoseOfAWidenedEmbedding(WeightFormat format)
    {
        using var folder = new TinyModelFolder(TinyModels.Llama with { HiddenSize = 32, TiedEmbeddings = true });
        using var wide = CausalLM.Load(folder.Path, new LoadOptions { Weights = format });
        folder.EditWeights(weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights[name] = weights[name].to(ScalarType.BFloat16).to(ScalarType.Float32);
            }
        });
        using var rounded = CausalLM.Load(folder.Path, new LoadOptions { Weights = format });
        folder.EditWeights(weights =>
        {
            foreach (var name in weights.Keys.ToArray())
            {
                weights[name] = weights[name].to(ScalarType.BFloat16);
            }
        });
        using var held = CausalLM.Load(folder.Path, new LoadOptions { Weights = format });
        Assert.True(held.WeightBytes < wide.WeightBytes);
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        var batch = PackedBatch.Pack([[1, 2, 3, 4]]);
        Assert.True(rounded.Logits(rounded.Forward(batch)).Equals(held.Logits(held.Forward(batch))));
    }

    private static ScalarType? TypeOf(string type) => type switch
    {
        "f32" => ScalarType.Float32,
        "bf16" => ScalarType.BFloat16,
        "f16" => ScalarType.Float16,
        "f64" => ScalarType.Float64,
        _ => null,
    };

    private static string Words((ScalarType Type, WeightFormat Weights) chosen) => $"{(chosen.Type == ScalarType.BFloat16 ? "bf16" : "f32")} {WeightFormats.Names[(int)chosen.Weights]}";
}
