using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

public class TensorBytesTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void TheFirstNonFiniteElementIsFoundWhereverItIs(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var extreme = finfo(type).max;
        for (var length = 1; length <= 70; length += 23)
        {
            var values = full([length], extreme, dtype: type);
            Assert.Null(TensorBytes.FirstNonFinite(values));
            foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            {
                for (var at = 0; at < length; at++)
                {
                    var wrong = values.clone();
                    wrong[at] = tensor(bad).to(type);
                    wrong[length - 1] = tensor(bad).to(type);
                    Assert.Equal(at, TensorBytes.FirstNonFinite(wrong));
                }
            }
        }
    }

    [Fact]
    public void TensorsLongerThanOnePieceAreSeenWhole()
    {
        using var scope = NewDisposeScope();
        var values = zeros((1 << 24) + 5, ScalarType.BFloat16);
        var seen = 0L;
        TensorBytes.Visit(values, (start, bytes) =>
        {
            Assert.Equal(seen, start);
            seen += bytes.Length;
        });
        Assert.Equal(2 * values.numel(), seen);
        values[(1 << 24) + 3] = tensor(float.NaN).to(ScalarType.BFloat16);
        Assert.Equal((1 << 24) + 3, TensorBytes.FirstNonFinite(values));
    }

    [Fact]
    public void WholeNumbersAreAlwaysFinite()
    {
        using var ones = full([9], -1L);
        Assert.Null(TensorBytes.FirstNonFinite(ones));
    }
}
