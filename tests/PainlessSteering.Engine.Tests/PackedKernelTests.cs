using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Products of few rows, which are read from the memory that oneDNN packed: a wrong place would give plausible numbers.</summary>
public class PackedKernelTests
{
    public static TheoryData<ScalarType, int, int, int> Cases()
    {
        var data = new TheoryData<ScalarType, int, int, int>();
        foreach (var type in PackedWeight.IsFaster(ScalarType.BFloat16) ? [ScalarType.Float32, ScalarType.BFloat16] : Array.Empty<ScalarType>())
        {
            foreach (var threads in new[] { 1, 2 })
            {
                // Whole blocks of outputs, parts of one at the end, fewer than one; inputs in one sum, in equal ones, with a rest, and not in whole steps.
                foreach (var (outputs, inputs) in new[] { (64, 16), (128, 768), (200, 1024), (65, 1040), (320, 1536), (1000, 2048), (512, 2560), (48, 64), (30, 64), (128, 100) })
                {
                    data.Add(type, threads, outputs, inputs);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ARowHasTheSameBitsAmongFewAndAmongMany(ScalarType type, int threads, int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var count = new ThreadCount(threads);
        Tensor rows = randn([60, inputs], type), weight = randn([outputs, inputs], type), bias = randn([outputs], type);
        if (PackedWeight.TryPack(weight) is not { } packed)
        {
            return; // oneDNN does not pack this shape faithfully on this processor.
        }

        using var _ = packed;
        var many = packed.Multiply(rows, bias);
        for (var first = 0; first + 4 <= 60; first += 4)
        {
            var few = 1 + (first / 4 % 4);
            var alone = packed.Multiply(rows.narrow(0, first, few), bias);

            // Where the kernel is not used, oneDNN itself may add up in another order for few rows, on several threads.
            Assert.True(!packed.GivesRows || many.narrow(0, first, few).Equals(alone), $"{few} rows");
        }

        var exact = nn.functional.linear(rows.to(ScalarType.Float64), weight.to(ScalarType.Float64));
        var error = (packed.Multiply(rows[5..7], null).to(ScalarType.Float64) - exact[5..7]).abs().max().item<double>();
        Assert.InRange(error, 0, (type == ScalarType.Float32 ? 1e-6 : 1.0 / 256) * exact.abs().max().item<double>() * 2);
        Assert.True(packed.Multiply(rows[..3], null).Equals(packed.Multiply(rows[..3].view(3, 1, inputs), null).view(3, outputs)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RowsOfTheWeightComeOutAsTheyWentIn(ScalarType type, int threads, int outputs, int inputs)
    {
        using var scope = NewDisposeScope();
        using var count = new ThreadCount(threads);
        var weight = randn([outputs, inputs], type);
        using var packed = PackedWeight.TryPack(weight);
        int[] numbers = [outputs - 1, 0, outputs / 2, outputs / 2, 1];
        Assert.True(packed is null || weight.index_select(0, tensor(numbers)).Equals(packed.Restore(tensor(numbers), type)));
        if (packed is { GivesRows: true })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => packed.Restore(tensor([outputs]), type));
            Assert.Throws<ArgumentOutOfRangeException>(() => packed.Restore(tensor([-1]), type));
        }
    }

    /// <summary>Else nothing above would be tested, and decoding would be slow: oneDNN's kernels for AVX-512 are those that this one follows.</summary>
    [Fact]
    public void WholeBlocksAreReadOnProcessorsWithoutMatrixTiles()
    {
        Assert.SkipUnless(PackedWeight.IsFaster(ScalarType.Float32) && System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, "oneDNN has other kernels here");
        using var scope = NewDisposeScope();
        foreach (var type in CpuFeatures.Emulates(ScalarType.BFloat16, CPU) ? [ScalarType.Float32] : new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            using var packed = PackedWeight.TryPack(randn([256, 768], type));
            Assert.True(packed!.GivesRows);
        }
    }
}
