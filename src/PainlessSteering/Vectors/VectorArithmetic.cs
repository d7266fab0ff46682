using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors;

/// <summary>Arithmetic of steering vectors. Sums and projections are of the vectors as they steer, that is times their strengths.</summary>
public static class VectorArithmetic
{
    /// <summary>The weighted sum of vectors that are added at one place; it steers with strength 1.</summary>
    /// <param name="vectors">Vectors of one model, layer, site, token rule and condition.</param>
    /// <param name="weights">A factor for each.</param>
    /// <exception cref="PasException">The vectors do not belong to one place, or one is not added at one.</exception>
    public static SteeringVector Add(IReadOnlyList<SteeringVector> vectors, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfZero(vectors.Count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Count, vectors.Count);
        var first = vectors[0];
        var sum = new double[first.HiddenSize];
        foreach (var (vector, weight) in vectors.Zip(weights))
        {
            EnsureSamePlace(first, vector);
            EnsureSameCondition(first, vector);
            var (values, factor) = (Values(vector), weight * Strength(vector));
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += factor * values[i];
            }
        }

        var method = string.Join(" + ", vectors.Zip(weights, (vector, weight) => FormattableString.Invariant($"{weight * Strength(vector):0.####} {vector.Provenance?.Method ?? "vector"}")));
        return Derived(first, sum, 1, method);
    }

    /// <summary>The vector with its strength times a factor.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="factor">Any finite number.</param>
    public static SteeringVector Scale(SteeringVector vector, double factor)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var strength = vector.Strength * factor;
        if (!double.IsFinite(strength))
        {
            throw new PasException("the strength is out of range", null, "a finite number", FormattableString.Invariant($"{vector.Strength} times {factor}"), "take a smaller factor") { Code = ErrorCodes.BadSetting };
        }

        return Derived(vector, vector.Edits, strength, vector.Provenance?.Method ?? "vector");
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
        var (values, direction) = (Values(vector), Values(onto));
        var part = new double[vector.HiddenSize];
        for (var i = 0; i < part.Length; i++)
        {
            part[i] = remove ? values[i] - (along * direction[i]) : along * direction[i];
        }

        return Derived(vector, part, Strength(vector), $"{vector.Provenance?.Method ?? "vector"} {(remove ? "without" : "along")} {onto.Provenance?.Method ?? "vector"}");
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

    /// <summary>The numbers that are added to the activations: strengths times values. [hidden size]</summary>
    internal static float[] Folded(SteeringEdit edit, double strength)
    {
        var folded = new float[edit.Values.Length];
        for (var i = 0; i < folded.Length; i++)
        {
            folded[i] = (float)(strength * edit.Strength * edit.Values[i]);
        }

        return folded;
    }

    private static SteeringEdit Edit(SteeringVector vector) => vector.Addition("this calculation");

    private static float[] Values(SteeringVector vector) => Edit(vector).Values.ToArray();

    /// <summary>The strength with which the one edit of a vector is added.</summary>
    private static double Strength(SteeringVector vector) => vector.Strength * Edit(vector).Strength;

    private static int Sign(SteeringVector vector) => Strength(vector) < 0 ? -1 : 1;

    private static double Dot(SteeringVector a, SteeringVector b)
    {
        var sum = 0.0;
        ReadOnlySpan<float> one = Edit(a).Values, other = Edit(b).Values;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (double)one[i] * other[i];
        }

        return sum;
    }

    private static void EnsureSameSize(SteeringVector a, SteeringVector b)
    {
        if (a.HiddenSize != b.HiddenSize)
        {
            throw new PasException("the vectors have different sizes", expected: $"{a.HiddenSize} numbers", found: $"{b.HiddenSize}", remedy: "use vectors of one model") { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static void EnsureSamePlace(SteeringVector a, SteeringVector b)
    {
        EnsureSameSize(a, b);
        if (Edit(a).Place != Edit(b).Place || a.TokenRule != b.TokenRule)
        {
            throw new PasException("the vectors steer different places", expected: Place(a), found: Place(b), remedy: "fit both at one layer and site; a generation can apply several vectors without adding them") { Code = ErrorCodes.DoesNotFit };
        }

        if (a.Provenance is { } one && b.Provenance is { } other && one.WeightsFingerprint != other.WeightsFingerprint)
        {
            throw new PasException("the vectors were fitted on different weights", expected: one.Model, found: other.Model, remedy: "use vectors of one model") { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static void EnsureSameCondition(SteeringVector a, SteeringVector b)
    {
        if (!(a.Condition is null ? b.Condition is null : b.Condition is not null && a.Condition.IsSameAs(b.Condition)))
        {
            throw new PasException("the vectors act on different prompts", expected: Prompts(a), found: Prompts(b), remedy: "a generation can apply several vectors, each on its own prompts, without adding them") { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static string Prompts(SteeringVector vector) => vector.Condition is { } condition
        ? FormattableString.Invariant($"a condition at {condition.Site} of layer {condition.Layer} with threshold {condition.Threshold:0.####}")
        : "every prompt";

    private static string Place(SteeringVector vector) => $"layer {Edit(vector).Layer}, {Edit(vector).Site}, {(vector.TokenRule == TokenRule.All ? "all tokens" : "last tokens")}";

    /// <summary>A vector of the same place and condition that has no evaluation of its own yet.</summary>
    private static SteeringVector Derived(SteeringVector source, IReadOnlyList<SteeringEdit> edits, double strength, string method) => new(
        edits, strength, source.TokenRule, source.Provenance is { } origin ? origin with { Method = method, Evaluation = null } : null, source.Condition);

    private static SteeringVector Derived(SteeringVector source, double[] values, double strength, string method) => Derived(
        source, [new SteeringEdit(Edit(source).Layer, Edit(source).Site, SteeringOperation.Add, [.. values.Select(value => (float)value)])], strength, method);
}
