using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Blocks;

/// <summary>The convolution, by the kernel and by libtorch, against loops in float64.</summary>
public class CausalConvolutionTests
{
    [Theory]
    [InlineData(9, 4, 48, ScalarType.Float32, true)]
    [InlineData(1, 4, 272, ScalarType.Float32, true)] // More channels than go together.
    [InlineData(2, 4, 32, ScalarType.BFloat16, true)]
    [InlineData(12, 3, 10, ScalarType.Float32, true)] // Not for the kernel.
    [InlineData(12, 3, 10, ScalarType.BFloat16, true)]
    [InlineData(9, 3, 48, ScalarType.Float32, false)]
    [InlineData(12, 3, 10, ScalarType.BFloat16, false)]
    public void RowsSeeTheRowsBeforeThem(int count, int taps, int channels, ScalarType type, bool isActivated)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        Tensor Normal(int rows) => randn([rows, channels], generator: generator);
        Tensor weight = Normal(taps), rows = Normal(count).to(type), window = Normal(taps - 1).to(type);
        var convolution = new CausalConvolution(weight, isActivated);
        Assert.Equal(channels % 16 == 0, ConvolutionKernel.Takes(rows, window));
        var (w, u, before) = (Numbers(weight), Numbers(rows), Numbers(window));
        double[] together = Numbers(convolution.Forward(window, rows)), apart = Numbers(convolution.ForwardApart(window, rows, zeros(count, channels)));
        for (var row = 0; row < count; row++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                double sum = 0, alone = w[((taps - 1) * channels) + channel] * u[(row * channels) + channel];
                for (var tap = 0; tap < taps; tap++)
                {
                    var at = row - taps + 1 + tap;
                    sum += w[(tap * channels) + channel] * (at >= 0 ? u[(at * channels) + channel] : before[((taps - 1 + at) * channels) + channel]);
                    alone += tap < taps - 1 ? w[(tap * channels) + channel] * before[(tap * channels) + channel] : 0;
                }

                double Activated(double x) => isActivated ? Silu(x) : x;
                Assert.Equal(Activated(sum), together[(row * channels) + channel], 3e-6);
                Assert.Equal(Activated(alone), apart[(row * channels) + channel], 3e-6);
            }
        }

        var behind = Numbers(convolution.WindowBehind(window, rows));
        Assert.Equal([.. before.Concat(u).TakeLast((taps - 1) * channels)], behind);
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    private static double[] Numbers(Tensor of) => of.to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
