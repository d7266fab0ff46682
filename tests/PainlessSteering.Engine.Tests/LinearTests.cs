using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Every kernel of a linear map against a product in float64.</summary>
public class LinearTests
{
    public static TheoryData<int, int, int, bool, ScalarType> Shapes()
    {
        var data = new TheoryData<int, int, int, bool, ScalarType>();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            foreach (var (rows, inputs, outputs) in new[] { (1, 7, 5), (1, 64, 96), (3, 33, 17), (31, 100, 1), (32, 1, 9), (130, 65, 33), (300, 128, 64) })
            {
                data.Add(rows, inputs, outputs, false, type);
                data.Add(rows, inputs, outputs, true, type);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryKernelEqualsTheExactProduct(int rows, int inputs, int outputs, bool withBias, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Make(rows, inputs, outputs, withBias, type);
        var exact = nn.functional.linear(x.to(ScalarType.Float64), weight.to(ScalarType.Float64), bias?.to(ScalarType.Float64)!);
        using var linear = new Linear(weight.clone(), bias); // Which it owns.
        using var inference = inference_mode();
        AssertNear(exact, linear.Forward(x), type);
        AssertNear(exact.unsqueeze(1), linear.Forward(x.unsqueeze(1)), type);
        if (PackedWeight.IsFaster(ScalarType.BFloat16) && PackedWeight.TryPack(weight) is { } packed)
        {
            using var _ = packed;
            AssertNear(exact, packed.Multiply(x, bias), type);
            AssertNear(exact.unsqueeze(1), packed.Multiply(x.unsqueeze(1), bias), type);
            Assert.True(weight.Equals(packed.Restore(type)));
        }
    }

    [Fact]
    public void WhatIsPackedUnpacksToItself()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        foreach (var type in PackedWeight.IsFaster(ScalarType.BFloat16) ? [ScalarType.Float32, ScalarType.BFloat16] : Array.Empty<ScalarType>())
        {
            // Every end that a block of 16 to 64 outputs may have, each twice: a shape that was refused stays refused.
            for (var outputs = 1; outputs <= 132; outputs++)
            {
                var (_, weight, _) = Make(1, 64, outputs, false, type);
                using var first = PackedWeight.TryPack(weight);
                using var second = PackedWeight.TryPack(weight);
                Assert.Equal(first is null, second is null);
                Assert.True(second is null || weight.Equals(second.Restore(type)), $"{outputs} outputs");
                Assert.True(second is not null || outputs % 64 != 0, "a complete block is packed faithfully");
            }
        }
    }

    /// <summary>oneDNN packs some shapes wrongly on some numbers of threads: what was found on one number said nothing about another.</summary>
    [Fact]
    public void WhatIsPackedDoesNotDependOnTheThreads()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var count = new ThreadCount(1);
        foreach (var (outputs, inputs) in PackedWeight.IsFaster(ScalarType.BFloat16) ? [(40, 24), (64, 64), (96, 64), (128, 96), (256, 768), (288, 96)] : Array.Empty<(int, int)>())
        {
            bool? packs = null;
            foreach (var threads in new[] { 3, 1, 2, 4, 5, 8 })
            {
                Libtorch.UseThreads(threads);
                var (_, weight, _) = Make(1, inputs, outputs, false, ScalarType.Float32);
                using var packed = PackedWeight.TryPack(weight);
                Assert.Equal(threads, get_num_threads());
                Assert.Equal(packs ??= packed is not null, packed is not null);
                Assert.True(packed is null || weight.Equals(packed.Restore(ScalarType.Float32)), $"{outputs} x {inputs} on {threads} threads");
            }
        }
    }

    [Fact]
    public void NoRowsGiveNoRows()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var linear = new Linear(ones([3, 2], ScalarType.BFloat16));
        Assert.Equal([0L, 3L], linear.Forward(zeros([0, 2], ScalarType.BFloat16)).shape);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void AWrittenWeightCounts(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (x, weight, _) = Make(40, 64, 32, false, type);
        using var linear = new Linear(weight.clone());
        AssertNear(nn.functional.linear(x, weight).to(ScalarType.Float64), linear.Forward(x), type); // Packs it.
        Assert.True(weight.Equals(linear.Weight));
        for (var round = 0; round < 2; round++)
        {
            linear.Weight.mul_(-2);
            weight.mul_(-2);
            AssertNear(nn.functional.linear(x, weight).to(ScalarType.Float64), linear.Forward(x), type);
            linear.Freeze();
            AssertNear(nn.functional.linear(x, weight).to(ScalarType.Float64), linear.Forward(x), type);
        }
    }

    [Fact]
    public void AMappedWeightKeepsWhatIsWritten()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var folder = new TempFolder();
        const string Name = "weight";
        SafeTensorsWriter.Write(folder.File("w.safetensors"), new Dictionary<string, Tensor> { [Name] = randn(48, 40), ["rest"] = zeros(5_000_000) }, new Dictionary<string, string>()); // A small file is no map.
        using var file = SafeTensors.Open(folder.File("w.safetensors"));
        Assert.True(file.IsView(Name));
        var rows = ones([3, file.Tensors[Name].Shape[1]]);
        var before = file.Load(Name).clone();
        using var linear = new Linear(file.Load(Name), isFileView: true);
        var product = linear.Forward(rows);
        Assert.True(before.Equals(linear.Weight));
        linear.Weight.mul_(2);
        linear.Freeze();
        AssertNear(product.to(ScalarType.Float64) * 2, linear.Forward(rows), ScalarType.Float32);
        Assert.True((before * 2).Equals(linear.Weight));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 3)]
    [InlineData(ScalarType.Float32, 64)]
    [InlineData(ScalarType.BFloat16, 64)]
    public void AWeightStaysPlainForATrainingAndIsPackedAgain(ScalarType type, int rows)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var (x, weight, _) = Make(rows, 96, 80, true, type);
        using var linear = new Linear(weight.clone());
        var packed = linear.Forward(x);
        var stays = linear.StayPlain();
        AssertNear(packed.to(ScalarType.Float64), linear.Forward(x), type);
        var gradient = linear.Forward(x);
        AssertNear(matmul(gradient.to(ScalarType.Float64), weight.to(ScalarType.Float64)), linear.Back(gradient), type);
        Assert.False(linear.StayPlain(), "a product has packed it");
        if (stays)
        {
            linear.Freeze();
        }

        Assert.True(packed.Equals(linear.Forward(x)));
    }

    [Fact]
    public void ThreadsThatMeetAtTheFirstUseGetTheSameBytes()
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Make(2, 96, 80, true, ScalarType.BFloat16);
        using var linear = new Linear(weight, bias);
        var results = new float[64][];
        new Workers(CPU, 4).Run(results.Length, i => results[i] = linear.Forward(x).to(ScalarType.Float32).data<float>().ToArray());
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    /// <summary>As with an embedding that is the head too: some threads read rows while one packs the weight and lets go of the plain one.</summary>
    [Fact]
    public void RowsCanBeHadWhileTheWeightIsPacked()
    {
        using var scope = NewDisposeScope();
        var (x, weight, _) = Make(2, 128, 2048, false, ScalarType.BFloat16);
        var outputs = tensor([.. Enumerable.Range(0, 500)]);
        var expected = weight.narrow(0, 0, 500);
        for (var round = 0; round < 20; round++)
        {
            using var linear = new Linear(weight.clone(), givesRows: true);
            var equal = new bool[8];
            new Workers(CPU, 4).Run(equal.Length, i =>
            {
                using var of = NewDisposeScope();
                using var inference = inference_mode();
                equal[i] = i % 4 == 1 ? linear.Forward(x).size(1) == 2048 : linear.Rows(outputs, ScalarType.BFloat16).Equals(expected);
            });
            Assert.All(equal, Assert.True);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void GradientsReachRowsAndWeight(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Make(40, 8, 6, true, type);
        x.requires_grad = weight.requires_grad = true;
        using var linear = new Linear(weight, bias);
        linear.Forward(x).sum().backward();
        AssertNear(weight.detach().sum([0L]).to(ScalarType.Float64).expand(40, 8), x.grad!, type);
        AssertNear(x.detach().sum([0L]).to(ScalarType.Float64).expand(6, 8), weight.grad!, type);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void AFrozenWeightStillLetsGradientsThrough(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = Make(40, 8, 6, true, type);
        using var linear = new Linear(weight.clone(), bias);
        x.requires_grad = true;
        var product = linear.Forward(x);
        AssertNear(nn.functional.linear(x.detach().to(ScalarType.Float64), weight.to(ScalarType.Float64), bias!.to(ScalarType.Float64)), product.detach(), type);
        (product * product.detach()).sum().backward();
        AssertNear(matmul(product.detach().to(ScalarType.Float64), weight.to(ScalarType.Float64)), x.grad!, type);
        AssertNear(matmul(product.detach().to(ScalarType.Float64), weight.to(ScalarType.Float64)), linear.Back(product.detach()), type);
    }

    private static (Tensor Rows, Tensor Weight, Tensor? Bias) Make(int rows, int inputs, int outputs, bool withBias, ScalarType type)
    {
        using var generator = new Generator(3);
        Tensor Random(params long[] shape) => randn(shape, generator: generator).to(type);
        return (Random(rows, inputs), Random(outputs, inputs), withBias ? Random(outputs) : null);
    }

    private static void AssertNear(Tensor exact, Tensor actual, ScalarType type)
    {
        Assert.Equal(type, actual.dtype);
        Assert.Equal(exact.shape, actual.shape);
        var spread = Math.Max(1, exact.abs().max().item<double>());
        var worst = (exact - actual.to(ScalarType.Float64)).abs().max().item<double>() / spread;
        Assert.True(worst < (type == ScalarType.BFloat16 ? 1.0 / 256 : 1e-5), $"differs by {worst} of the largest value");
    }
}
