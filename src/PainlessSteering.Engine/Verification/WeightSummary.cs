using System.Security.Cryptography;
using System.Text.Json;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>What a golden says of a weight without giving it in full.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Sum">Of its numbers.</param>
/// <param name="SumOfSquares">Of its numbers.</param>
/// <param name="First">The first numbers, row by row.</param>
/// <param name="Last">The last numbers.</param>
/// <param name="Hash">SHA-256 of the numbers as float32, little endian, row by row, negative zeros made positive; null where it is not said.</param>
internal sealed record WeightSummary(long[] Shape, double Sum, double SumOfSquares, float[] First, float[] Last, string? Hash)
{
    public static WeightSummary Read(JsonElement weight) => new(
        [.. weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
        weight.GetProperty("sum").GetDouble(),
        weight.GetProperty("sum_of_squares").GetDouble(),
        Numbers(weight.GetProperty("first")),
        Numbers(weight.GetProperty("last")),
        weight.TryGetProperty("sha256", out var hash) ? hash.GetString() : null);

    /// <summary>How far a weight is from it: the largest difference of the numbers given, and of the sums for each number of the weight. Infinite where the shape differs.</summary>
    /// <param name="weight">Float32 on the CPU, of any shape.</param>
    public double Difference(Tensor weight)
    {
        if (!weight.shape.SequenceEqual(Shape))
        {
            return double.PositiveInfinity;
        }

        using var scope = NewDisposeScope();
        var wide = weight.to(ScalarType.Float64).flatten();
        var numbers = wide.data<double>();
        var count = numbers.Count;
        double[] differences =
        [
            .. First.Select((number, i) => Math.Abs(numbers[i] - number)),
            .. Last.Select((number, i) => Math.Abs(numbers[count - Last.Length + i] - number)),
            Math.Abs(wide.sum().item<double>() - Sum) / count,
            Math.Abs((wide * wide).sum().item<double>() - SumOfSquares) / count,
        ];
        return differences.Max();
    }

    /// <summary>Whether a weight has the same numbers to the last bit, as far as the hash is known.</summary>
    /// <param name="weight">Float32 on the CPU, of any shape.</param>
    public bool HasHashOf(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var positive = weight.add(Scalars.Zero, Scalars.One).contiguous(); // -0 + 0 is +0.
        return Hash is null || string.Equals(Hash, Convert.ToHexString(SHA256.HashData(positive.bytes)), StringComparison.OrdinalIgnoreCase);
    }

    private static float[] Numbers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetSingle())];
}
