namespace PainlessSteering.Steering;

/// <summary>Arithmetic of steering vectors. Sums and projections are of the vectors as they steer, that is times their strengths.</summary>
public static class VectorArithmetic
{
    /// <summary>The weighted sum of vectors of one place; it steers with strength 1.</summary>
    /// <param name="vectors">Vectors of one model, layer, site, token rule and condition.</param>
    /// <param name="weights">A factor for each.</param>
    /// <exception cref="PasException">The vectors do not belong to one place.</exception>
    public static SteeringVector Add(IReadOnlyList<SteeringVector> vectors, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfZero(vectors.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, vectors.Count);
        var first = vectors[0];
        var sum = new double[first.Values.Length];
        foreach (var (vector, weight) in vectors.Zip(weights))
        {
            EnsureSamePlace(first, vector);
            EnsureSameCondition(first, vector);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += weight * vector.Strength * vector.Values[i];
            }
        }

        var method = string.Join(" + ", vectors.Zip(weights, (vector, weight) => FormattableString.Invariant($"{weight * vector.Strength:0.####} {vector.Provenance?.Method ?? "vector"}")));
        return Derived(first, sum, 1, method);
    }

    /// <summary>The vector with its strength times a factor.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="factor">Any finite number.</param>
    public static SteeringVector Scale(SteeringVector vector, double factor)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return Derived(vector, [.. vector.Values.ToArray().Select(value => (double)value)], vector.Strength * factor, vector.Provenance?.Method ?? "vector");
    }

    /// <summary>The part of a vector along another, or what remains without that part; it steers with the vector's strength.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="onto">The direction; its length and strength do not matter.</param>
    /// <param name="remove">Keep what is orthogonal to the direction instead of what is along it.</param>
    /// <exception cref="PasException">The direction is zero, or belongs to another place.</exception>
    public static SteeringVector Project(SteeringVector vector, SteeringVector onto, bool remove = false)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(onto);
        EnsureSamePlace(vector, onto);
        var square = Dot(onto, onto);
        if (square == 0)
        {
            throw new PasException("a vector of zeros has no direction to project on");
        }

        var along = Dot(vector, onto) / square;
        var part = new double[vector.Values.Length];
        for (var i = 0; i < part.Length; i++)
        {
            part[i] = remove ? vector.Values[i] - (along * onto.Values[i]) : along * onto.Values[i];
        }

        return Derived(vector, part, vector.Strength, $"{vector.Provenance?.Method ?? "vector"} {(remove ? "without" : "along")} {onto.Provenance?.Method ?? "vector"}");
    }

    /// <summary>The cosine of the angle between two vectors, without their strengths' size but with their signs; NaN where one is zero.</summary>
    /// <param name="a">A vector.</param>
    /// <param name="b">A vector of the same size; another layer is allowed.</param>
    /// <exception cref="PasException">The sizes differ.</exception>
    public static double Cosine(SteeringVector a, SteeringVector b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        EnsureSameSize(a, b);
        return Sign(a) * Sign(b) * Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }

    /// <summary>The numbers that are added to the activations: strength times values. [hidden size]</summary>
    internal static float[] Folded(SteeringVector vector)
    {
        var folded = new float[vector.Values.Length];
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = (float)(vector.Strength * vector.Values[i]);
        }

        return folded;
    }

    private static int Sign(SteeringVector vector) => vector.Strength < 0 ? -1 : 1;

    private static double Dot(SteeringVector a, SteeringVector b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Values.Length; i++)
        {
            sum += (double)a.Values[i] * b.Values[i];
        }

        return sum;
    }

    private static void EnsureSameSize(SteeringVector a, SteeringVector b)
    {
        if (a.Values.Length != b.Values.Length)
        {
            throw new PasException("the vectors have different sizes", expected: $"{a.Values.Length} numbers", found: $"{b.Values.Length}", remedy: "use vectors of one model");
        }
    }

    private static void EnsureSamePlace(SteeringVector a, SteeringVector b)
    {
        EnsureSameSize(a, b);
        if (a.Layer != b.Layer || a.Site != b.Site || a.TokenRule != b.TokenRule)
        {
            throw new PasException("the vectors steer different places", expected: Place(a), found: Place(b), remedy: "fit both at one layer and site; a generation can apply several vectors without adding them");
        }

        if (a.Provenance is { } one && b.Provenance is { } other && one.WeightsFingerprint != other.WeightsFingerprint)
        {
            throw new PasException("the vectors were fitted on different weights", expected: one.Model, found: other.Model, remedy: "use vectors of one model");
        }
    }

    private static void EnsureSameCondition(SteeringVector a, SteeringVector b)
    {
        if (!(a.Condition is null ? b.Condition is null : b.Condition is not null && a.Condition.IsSameAs(b.Condition)))
        {
            throw new PasException("the vectors act on different prompts", expected: Prompts(a), found: Prompts(b), remedy: "a generation can apply several vectors, each on its own prompts, without adding them");
        }
    }

    private static string Prompts(SteeringVector vector) => vector.Condition is { } condition
        ? FormattableString.Invariant($"a condition at {condition.Site} of layer {condition.Layer} with threshold {condition.Threshold:0.####}")
        : "every prompt";

    private static string Place(SteeringVector vector) => $"layer {vector.Layer}, {vector.Site}, {(vector.TokenRule == TokenRule.All ? "all tokens" : "last tokens")}";

    /// <summary>A vector of the same place and condition that has no evaluation of its own yet.</summary>
    private static SteeringVector Derived(SteeringVector source, double[] values, double strength, string method) => new(
        [.. values.Select(value => (float)value)], source.Site, source.Layer, strength, source.TokenRule,
        source.Provenance is { } origin ? origin with { Method = method, Evaluation = null } : null,
        source.Condition);
}
