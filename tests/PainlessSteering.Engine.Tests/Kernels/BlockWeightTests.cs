using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Weights in blocks of every type against what the blocks widen to: the rows, and products against sums in float64.</summary>
public class BlockWeightTests
{
    public static TheoryData<string, int, int> Weights
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var type in GgufTensorType.All.OfType<BlockType>())
            {
                data.Add(type.Name, 7, 256);
                data.Add(type.Name, 66, 2304); // More than one piece of a row, and a last one that is not whole.
            }

            data.Add("Q8_0", 5, 32);
            data.Add("Q8_0", 1200, 608); // Several tiles.
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void ProductsAreThoseOfTheNumbers(string name, int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        var type = GgufTensorType.All.OfType<BlockType>().Single(type => type.Name == name);
        var blocks = Blocks(type, outputs, inputs, out var numbers);
        using var form = new BlockWeight(blocks.DetachFromDisposeScope(), type);
        Assert.Equal(type.Bytes((long)outputs * inputs), form.Bytes);
        Assert.True(numbers.Equals(form.Restore(ScalarType.Float32)));
        Assert.True(numbers.to(ScalarType.BFloat16).Equals(form.Restore(ScalarType.BFloat16)));
        Assert.True(numbers.to(ScalarType.Float16).Equals(form.Restore(ScalarType.Float16)));
        var picked = tensor([outputs - 1L, 0, outputs / 2]);
        Assert.True(numbers.index_select(0, picked).Equals(form.Restore(picked, ScalarType.Float32)));

        foreach (var count in new[] { 0, 1, 2, 5, 15, 16, 40 })
        {
            foreach (var dataType in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                AssertProduct(form, numbers, randn([count, inputs]).to(dataType), count % 2 == 0 ? null : randn(outputs).to(dataType));
            }
        }
    }

    public static TheoryData<string> Types => [.. GgufTensorType.All.OfType<BlockType>().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void ARowIsTheSameInAnyCompany(string name)
    {
        using var scope = NewDisposeScope();
        var type = GgufTensorType.All.OfType<BlockType>().Single(type => type.Name == name);
        var inputs = type.BlockLength > 32 ? 1536 : 1504;
        using var form = new BlockWeight(Blocks(type, 37, inputs, out _).DetachFromDisposeScope(), type);
        var rows = randn([15, inputs]);
        var together = form.Multiply(rows, null);
        for (var row = 0; row < 15; row++)
        {
            Assert.True(together.narrow(0, row, 1).Equals(form.Multiply(rows.narrow(0, row, 1), null)));
        }
    }

    internal static void AssertProduct(BlockWeight form, Tensor numbers, Tensor rows, Tensor? bias)
    {
        var product = form.Multiply(rows, bias);
        Assert.Equal((rows.dtype, rows.size(0), numbers.size(0)), (product.dtype, product.size(0), product.size(1)));
        var (exact, sizes) = (rows.to(ScalarType.Float64).matmul(numbers.to(ScalarType.Float64).t()), rows.abs().to(ScalarType.Float64).matmul(numbers.abs().to(ScalarType.Float64).t()));
        if (bias is not null)
        {
            (exact, sizes) = (exact + bias.to(ScalarType.Float64), sizes + bias.abs().to(ScalarType.Float64));
        }

        // A product in bfloat16 is of weights that may be rounded to it, and is rounded itself.
        var allowed = (sizes * (rows.dtype == ScalarType.Float32 ? 1e-6 : 1.0 / 256)) + 1e-30;
        Assert.True((product.to(ScalarType.Float64) - exact).abs().le(allowed).all().item<bool>());
    }

    /// <summary>Random bytes, drawn again where a scale comes out as no number that a weight has.</summary>
    private static Tensor Blocks(BlockType type, int outputs, int inputs, out Tensor numbers)
    {
        var random = new Random(1);
        var bytes = new byte[type.Bytes((long)outputs * inputs)];
        var values = new float[outputs * inputs];
        for (var block = 0; block < bytes.Length / type.BlockBytes; block++)
        {
            var some = bytes.AsSpan(block * type.BlockBytes, type.BlockBytes);
            var wide = values.AsSpan(block * type.BlockLength, type.BlockLength);
            do
            {
                random.NextBytes(some);
                type.Widen(some, wide);
            }
            while (wide.ToArray().Any(value => !(MathF.Abs(value) < 100)));
        }

        numbers = tensor(values).view(outputs, inputs);
        return tensor(bytes).view(outputs, -1);
    }
}
