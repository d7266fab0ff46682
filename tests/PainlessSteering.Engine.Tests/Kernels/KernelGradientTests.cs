using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Kernels;

/// <summary>Gradients of the kernels against autograd's own of the same formula in float64.</summary>
public sealed class KernelGradientTests : IDisposable
{
    private readonly Generator _generator = new(8);

    public void Dispose() => _generator.Dispose();

    [Theory]
    [InlineData(Activation.Silu, ScalarType.Float32)]
    [InlineData(Activation.GeluTanh, ScalarType.Float32)]
    [InlineData(Activation.Silu, ScalarType.BFloat16)]
    [InlineData(Activation.GeluTanh, ScalarType.BFloat16)]
    public void OfTheGate(object activation, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var up = Make(type, 5, 32);
        foreach (var byUp in new[] { false, true })
        {
            Check(
                type,
                byUp ? up : Make(type, 5, 32),
                x => byUp ? GateFunction.Of((Activation)activation, up.detach(), x) : GateFunction.Of((Activation)activation, x, up.detach()),
                x => byUp ? Exact((Activation)activation, up.to(ScalarType.Float64)) * x : Exact((Activation)activation, x) * up.to(ScalarType.Float64));
        }
    }

    [Theory]
    [InlineData(false, ScalarType.Float32)]
    [InlineData(true, ScalarType.Float32)]
    [InlineData(false, ScalarType.BFloat16)]
    [InlineData(true, ScalarType.BFloat16)]
    public void OfTheNorm(bool addsOne, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var weight = Make(type, 48);
        var exact = weight.to(ScalarType.Float64) + (addsOne ? 1 : 0);
        Check(type, Make(type, 5, 48), x => NormFunction.Of(x, weight, 0.01f, addsOne), x => x * ((x * x).mean([-1], true) + 0.01).rsqrt() * exact);
    }

    [Theory]
    [InlineData(32, ScalarType.Float32)]
    [InlineData(48, ScalarType.Float32)]
    [InlineData(32, ScalarType.BFloat16)]
    public void OfTheRotation(int headSize, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var angles = rand([5, 1, 16], generator: _generator) * 6;
        Tensor cosine = angles.cos().to(type), sine = angles.sin().to(type);
        Check(type, Make(type, 5, 2, headSize), x => RotaryFunction.Of(x, (cosine, sine), 0.25f), x =>
        {
            var (first, second, cos, sin) = (x.narrow(2, 0, 16), x.narrow(2, 16, 16), cosine.to(ScalarType.Float64), sine.to(ScalarType.Float64));
            Tensor[] turned = [(first * cos) - (second * sin), (second * cos) + (first * sin)];
            return cat(headSize > 32 ? [.. turned, x.narrow(2, 32, headSize - 32)] : turned, 2) * 0.25;
        });
    }

    private static Tensor Exact(Activation activation, Tensor x) => activation == Activation.Silu
        ? x.sigmoid() * x
        : x * 0.5 * (1 + (Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))).tanh());

    private Tensor Make(ScalarType type, params long[] shape) => (randn(shape, generator: _generator) * 2).to(type);

    /// <summary>Values and gradients of a function of ours beside those of the formula.</summary>
    private void Check(ScalarType type, Tensor at, Func<Tensor, Tensor> ours, Func<Tensor, Tensor> formula)
    {
        using var enabled = enable_grad();
        Tensor mine = at.detach().clone().requires_grad_(true), exact = at.detach().to(ScalarType.Float64).requires_grad_(true);
        Tensor got = ours(mine), expected = formula(exact);
        var given = Make(type, got.shape);
        var gradient = autograd.grad([got], [mine], [given])[0];
        var expectedGradient = autograd.grad([expected], [exact], [given.to(ScalarType.Float64)])[0];
        ReturnedGradients.Release();
        var tolerance = type == ScalarType.Float32 ? 1e-5 : 0.02;
        Assert.True((got.to(ScalarType.Float64) - expected).abs().max().item<double>() < tolerance * expected.abs().max().item<double>());
        Assert.True((gradient.to(ScalarType.Float64) - expectedGradient).abs().max().item<double>() < tolerance * expectedGradient.abs().max().item<double>());
        Assert.True(expectedGradient.abs().min().item<double>() >= 0 && expectedGradient.std().item<double>() > 0.1);
    }
}
