using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Tests.Models;
using PainlessSteering.Training;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Training;

/// <summary>Steps of the optimizer against others' arithmetic.</summary>
public class LoraStepTests
{
    [Fact]
    public void TwoStepsOnATwoLayerModelEqualThoseByHand()
    {
        const double Rate = 1e-2, Decay = 0.1;
        using var scope = NewDisposeScope();
        var options = new SftOptions { Rank = 1, Alpha = 2, Targets = ["q_proj", "down_proj"] };
        using var model = TinyModels.Make(TinyModels.Llama with { Blocks = [.. TinyModels.Llama.Blocks.Take(2)] });
        using var lora = new LoraModel(model, options);
        using var optimizer = new AdamW(lora.Parameters, Decay);
        var examples = GradientTests.Examples(1);
        var plain = new PlainTraining(model, lora, options, examples);
        var batches = TrainingBatch.Plan(examples, 2, 100);
        Assert.Equal(2, batches.Count);
        var step = new StepGradients(lora, TinyTraining.InGroupsOf(2), EngineOptions.Default with { Threads = 2 });

        var (means, squares) = (plain.Factors.Select(factor => new double[factor.Length]).ToArray(), plain.Factors.Select(factor => new double[factor.Length]).ToArray());
        for (var number = 1; number <= 2; number++)
        {
            optimizer.Step(step.Of(batches, 1, TestContext.Current.CancellationToken).Gradient, Rate, number);

            var gradient = plain.Factors.Select((factor, f) => factor.Select((_, i) => plain.Derivative(f, i)).ToArray()).ToArray();
            for (var f = 0; f < gradient.Length; f++)
            {
                for (var i = 0; i < gradient[f].Length; i++)
                {
                    means[f][i] = (0.9 * means[f][i]) + (0.1 * gradient[f][i]);
                    squares[f][i] = (0.999 * squares[f][i]) + (0.001 * gradient[f][i] * gradient[f][i]);
                    var (mean, square) = (means[f][i] / (1 - Math.Pow(0.9, number)), squares[f][i] / (1 - Math.Pow(0.999, number)));
                    plain.Factors[f][i] -= (Rate * Decay * plain.Factors[f][i]) + (Rate * mean / (Math.Sqrt(square) + 1e-8));
                }
            }
        }

        for (var f = 0; f < plain.Factors.Count; f++)
        {
            Assert.All(plain.Factors[f].Zip(PlainTraining.Values(lora.Parameters[f])), pair => Assert.Equal(pair.First, pair.Second, 0.03 * Rate));
        }
    }

    [Fact]
    public void AdamWEqualsThatOfTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var start = randn(5, 3, generator: generator);
        var (mine, theirs) = (nn.Parameter(start.clone()), nn.Parameter(start.clone()));
        using var optimizer = new AdamW([mine], 0.05);
        using var other = optim.AdamW([theirs], lr: 0.02, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.05);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = randn(5, 3, generator: generator) * (step % 4);
            optimizer.Step([gradient], 0.02, step);
            theirs.grad = gradient.clone();
            other.step();
        }

        Assert.True(mine.allclose(theirs, rtol: 1e-5, atol: 1e-6));
        Assert.False(mine.allclose(start));
    }

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1.0)]
    [InlineData(4, 1.0)]
    [InlineData(8, 0.85355339)] // (1 + cos 45°) / 2
    [InlineData(12, 0.5)]
    [InlineData(20, 0.0)]
    public void TheLearningRateGrowsEvenlyAndFallsAlongACosine(int step, double share) => Assert.Equal(share, new LearningRate(4, 20).At(step), 1e-8);

    [Fact]
    public void AFloorIsKept() => Assert.Equal(0.02, new LearningRate(100, 3000, 0.02).At(3000), 1e-12);

    [Fact]
    public void DropoutScalesWhatIsKeptAndRepeats()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Make(TinyModels.Llama);
        using var lora = new LoraModel(model, new SftOptions { Rank = 1, Alpha = 1, Dropout = 0.25, Targets = ["q_proj"] });
        var linear = lora.Linears[0];
        using var mode = no_grad();
        linear.A.fill_(1);
        linear.B.fill_(1);
        using var none = new Linear(zeros(linear.B.shape[0], linear.A.shape[1]).DetachFromDisposeScope());
        Tensor Apply() => linear.Product(ones(4000, linear.A.shape[1]), none);
        Assert.True(Apply().eq(24).all().item<bool>()); // Outside of training nothing is dropped.
        using (DropoutSeed.Use(3))
        {
            var dropped = Apply();
            Assert.True(dropped.Equals(Apply()));
            Assert.Equal(24, dropped.mean().item<float>(), 0.1f); // What is kept makes up for what is not.
            Assert.Equal(24 * 0.25 / 0.75, dropped.select(1, 0).var().item<float>(), 0.6f);
        }
    }
}
