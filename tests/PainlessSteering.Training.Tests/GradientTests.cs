using PainlessSteering.Engine.Batching;
using PainlessSteering.Tests.Models;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>Gradients of every family's model against central differences of plain float64 loops.</summary>
public class GradientTests
{
    private static readonly SftOptions Options = new() { Rank = 2, Alpha = 3 };

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var name in TinyModels.Names)
        {
            cases.Add(name.Data, 1, 3); // A letter to learn, all blocks at once.
            cases.Add(name.Data, 3, 1); // A longer response, block by block.
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EqualCentralDifferences(string name, int response, int blocksAtOnce)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Config(name));
        using var lora = new LoraModel(model, Options);
        FillB(lora);
        var examples = Examples(response);
        var (loss, gradients) = new GradientPass(lora, TinyTraining.InGroupsOf(blocksAtOnce)).Run(new TrainingBatch(examples), examples.Length * response);
        var plain = new PlainTraining(model, lora, Options, examples);
        Assert.Equal(plain.Loss(), loss, 1e-5);
        var random = new Random(4);
        foreach (var factor in Enumerable.Range(0, gradients.Length).Where(factor => factor % 5 == 0 || factor % 7 == 0))
        {
            var gradient = PlainTraining.Values(gradients[factor]);
            var largest = gradient.Max(Math.Abs);
            foreach (var index in Enumerable.Range(0, 3).Select(_ => random.Next(gradient.Length)))
            {
                Assert.Equal(plain.Derivative(factor, index), gradient[index], Math.Max(2e-3 * largest, 1e-6));
            }
        }
    }

    [Fact]
    public void GroupsOfBlocksAndSharedBeginningsChangeNothing()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        using var lora = new LoraModel(model, Options with { Layers = [1, 2] });
        FillB(lora);
        var examples = Examples(2);
        var whole = new GradientPass(lora, TinyTraining.InGroupsOf(3)).Run(new TrainingBatch(examples), 1);
        var parts = examples.Select(example => new GradientPass(lora, TinyTraining.InGroupsOf(1)).Run(new TrainingBatch([example]), 1)).ToArray();
        Assert.Equal(parts.Sum(part => part.Loss), whole.Loss, 1e-4);
        for (var i = 0; i < whole.Gradients.Length; i++)
        {
            var sum = parts.Select(part => part.Gradients[i]).Aggregate((a, b) => a + b);
            Assert.True(sum.allclose(whole.Gradients[i], rtol: 1e-3, atol: 1e-4));
            Assert.True(sum.abs().max().item<float>() > 0);
        }
    }

    [Fact]
    public void ABFloat16ModelHasGradientsInFloat32NearThoseOfAFloat32Model()
    {
        using var scope = NewDisposeScope();
        Tensor[] Of(ScalarType type)
        {
            using var model = TinyModels.Make(TinyModels.Llama, type);
            using var lora = new LoraModel(model, Options);
            FillB(lora);
            return new GradientPass(lora, TinyTraining.InGroupsOf(3)).Run(new TrainingBatch(Examples(1)), 4).Gradients;
        }

        var (narrow, wide) = (Of(ScalarType.BFloat16), Of(ScalarType.Float32));
        Assert.All(narrow, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        var (error, size) = (narrow.Zip(wide, (a, b) => (a - b).norm().square().item<float>()).Sum(), wide.Sum(b => b.norm().square().item<float>()));
        Assert.InRange(Math.Sqrt(error / size), 0, 0.1);
    }

    [Fact]
    public void TheModelIsItselfAgainAfterwards()
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        using var model = TinyModels.Make(TinyModels.Llama);
        var batch = PackedBatch.Pack([TinyModels.Tokens(1, 9)]);
        var before = model.Forward(batch);
        using (var lora = new LoraModel(model, Options))
        {
            Assert.True(before.allclose(model.Forward(batch), rtol: 1e-4, atol: 1e-5)); // B is zero at first; the weights are not packed meanwhile.
            FillB(lora);
            Assert.False(before.allclose(model.Forward(batch)));
        }

        Assert.True(before.Equals(model.Forward(batch)));
    }

    /// <summary>Four examples, two of which begin alike.</summary>
    internal static SftExample[] Examples(int response) =>
    [
        .. Enumerable.Range(0, 4).Select(i => new SftExample([.. TinyModels.Tokens(9, i < 2 ? 9 : 2), .. TinyModels.Tokens(20 + i, 4 + i + response)], (i < 2 ? 9 : 2) + 4 + i)),
    ];

    internal static void FillB(LoraModel lora)
    {
        using var mode = no_grad();
        using var generator = new Generator(8);
        foreach (var linear in lora.Linears)
        {
            using var values = randn(linear.B.shape, generator: generator) * 0.3;
            linear.B.copy_(values);
        }
    }
}
