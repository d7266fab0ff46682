using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Tests.Engine;

public class LogitLensTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ItIsTheHeadTimesTheNormWeightTimesTheDirection(bool tied)
    {
        var config = TinyModels.Llama with { TiedEmbeddings = tied };
        using var folder = new TinyModelFolder(config);
        using var model = TinyModels.Make(config);
        using var lens = LogitLens.Load(ModelSource.Open(folder.Path));
        var direction = Enumerable.Range(0, 24).Select(i => MathF.Sin(i) * 3).ToArray();
        var norm = model.Weights["model.norm.weight"].data<float>().ToArray();
        var head = model.Weights[tied ? "model.embed_tokens.weight" : "lm_head.weight"].data<float>().ToArray();
        var logits = lens.Read(direction);
        Assert.Equal(50, logits.Length);
        for (var token = 0; token < logits.Length; token++)
        {
            var expected = Enumerable.Range(0, 24).Sum(i => (double)head[(token * 24) + i] * norm[i] * direction[i]);
            Assert.Equal(expected, logits[token], 1e-4);
        }

        using var checkpoint = ModelSource.Open(folder.Path).Weights;
        Assert.Equal(checkpoint.Fingerprint, lens.Fingerprint);
    }
}
