using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Verification;

/// <summary>Collects differences by kind and keeps of each the one that uses most of its bound.</summary>
internal sealed class Differences
{
    /// <summary>Differences are taken from the larger of two numbers; relative ones are to the norm of the golden's row.</summary>
    public const string Absolute = "absolute", Relative = "relative to the norm", Tokens = "tokens", Bits = "numbers that differ", Weights = "weights that differ";

    private static readonly Scalar MinusOne = -1;

    private readonly Dictionary<string, GoldenDifference> _kinds = [];

    /// <summary>One for each kind, in the order in which they came.</summary>
    public IReadOnlyList<GoldenDifference> All => [.. _kinds.Values];

    public void Add(string kind, string where, double difference, double bound, string measure)
    {
        var worst = new GoldenDifference(kind, 1, difference, bound, where, measure);
        if (_kinds.TryGetValue(kind, out var before))
        {
            worst = (IsWorse(worst, before) ? worst : before) with { Compared = before.Compared + 1 };
        }

        _kinds[kind] = worst;
    }

    /// <summary>The largest difference of two tensors; infinite where they are not of one shape.</summary>
    public void AddAbsolute(string kind, string where, Tensor golden, Tensor found, double bound) =>
        Add(kind, where, Largest(golden, found), bound, Absolute);

    /// <summary>The norm of the difference of two rows over that of the golden's.</summary>
    public void AddRelative(string kind, string where, Tensor golden, Tensor found, double bound)
    {
        using var scope = NewDisposeScope();
        var sameShape = golden.shape.SequenceEqual(found.shape);
        var difference = sameShape ? Number(golden.add(found, MinusOne).norm()) / Math.Max(Number(golden.norm()), double.Epsilon) : double.PositiveInfinity;
        Add(kind, where, difference, bound, Relative);
    }

    /// <summary>The number of a tensor that has one, without a <c>Scalar</c> on the way.</summary>
    public static double Number(Tensor one) => one.to(ScalarType.Float64).item<double>();

    private static double Largest(Tensor golden, Tensor found)
    {
        using var scope = NewDisposeScope();
        return golden.shape.SequenceEqual(found.shape) ? Number(golden.add(found, MinusOne).abs().max()) : double.PositiveInfinity;
    }

    private static bool IsWorse(GoldenDifference one, GoldenDifference other) =>
        other.Holds && (!one.Holds || one.Largest / one.Bound > other.Largest / other.Bound);
}
