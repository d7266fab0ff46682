using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Conversion;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Conversion;

/// <summary>An adapter that is merged on the way: what is written computes what the model computes with the adapter.</summary>
public sealed class AdaptedConversionTests
{
    private const double Bound = 1e-4;

    [Theory]
    [InlineData("base", "lora-all-linear")]
    [InlineData("base", "lora-lm-head")]
    [InlineData("base-qwen2", "tied-modules-to-save-lm-head")]
    [InlineData("base-moe", "moe-attention")]
    public void TheAdapterIsInWhatIsWritten(string model, string kind)
    {
        var folder = Shared.PathOf("golden", "adapters", model);
        var adapter = Shared.PathOf("golden", "adapters", kind);
        using var temp = new TempFolder();
        var options = new ConversionOptions { Type = "f32", Adapter = adapter };
        using (var source = ModelSource.Open(folder))
        {
            ModelConversion.ToGguf(source, temp.File("of-folder.gguf"), options);
            ModelConversion.ToFolder(source, temp.File("of-folder"), options);
            ModelConversion.ToGguf(source, temp.File("plain.gguf"), options with { Adapter = null });
        }

        using (var source = ModelSource.Open(temp.File("plain.gguf")))
        {
            ModelConversion.ToGguf(source, temp.File("of-file.gguf"), options);
            ModelConversion.ToFolder(source, temp.File("of-file"), options);
        }

        var expected = Logits(folder, adapter);
        Assert.NotInRange(Difference(expected, Logits(folder, null)), 0, 0.1);
        Assert.All(new[] { "of-folder.gguf", "of-folder", "of-file.gguf", "of-file" }, written => Assert.InRange(Difference(expected, Logits(temp.File(written), null)), 0, Bound));
    }

    private static double Difference(float[] one, float[] other) => one.Zip(other, (left, right) => Math.Abs(left - right)).Max();

    private static float[] Logits(string path, string? adapter)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var source = ModelSource.Open(path);
        using var model = CausalLM.Load(source, new LoadOptions { Adapter = adapter });
        return model.Logits(model.ForwardAll(PackedBatch.Pack([[5, 6, 7, 8, 9, 10, 11, 12]]), leavesOnly: false)).view(-1).to(ScalarType.Float32).data<float>().ToArray();
    }
}
