using MathNet.Numerics.Distributions;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Statistics;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>Makes the vectors of all methods and of their placebos from activations recorded once.</summary>
/// <param name="recorded">Activations of every prompt that a contrast names.</param>
/// <param name="options">Grid, protocol, seed and number of placebos.</param>
internal sealed class VariantBuilder(RecordedActivations recorded, FitOptions options)
{
    /// <summary>The methods in the order given, each followed by its placebos. Tensors belong to the current dispose scope.</summary>
    public IReadOnlyList<Variant> Build(IReadOnlyList<(string Method, Contrast Contrast)> methods) =>
        [.. methods.SelectMany((method, index) => Build(method.Method, method.Contrast, index))];

    private IEnumerable<Variant> Build(string method, Contrast contrast, int index)
    {
        var real = new Variant(method, null, Vectors(contrast));
        yield return real;
        foreach (var kind in Enum.GetValues<PlaceboKind>())
        {
            for (var number = 1; number <= options.PlacebosOf(kind); number++)
            {
                // Every placebo has random numbers of its own, whatever else a run computes.
                var seed = Mix(options.Seed, (int)kind, number, index);
                var random = new MersenneTwister(seed);
                yield return new Variant(method, new PlaceboId(kind, number), kind == PlaceboKind.ShuffledLabels
                    ? Vectors(Shuffle(contrast, seed))
                    : real.Vectors.ToDictionary(pair => pair.Key, pair => RandomLike(pair.Value, random)));
            }
        }
    }

    private Dictionary<(SteeringSite, int), Tensor> Vectors(Contrast contrast) =>
        !contrast.IsDefined ? [] : options.Sites
            .SelectMany(site => options.Layers.Select(layer => (site, layer)))
            .ToDictionary(place => place, place => contrast.MeanDifference(recorded[place.site.ReadAt(place.layer, options.SamePoint)]));

    private static Contrast Shuffle(Contrast contrast, uint seed)
    {
        int[] pooled = [.. contrast.Positive, .. contrast.Negative];
        var order = new NumPyRandomState(seed).Permutation(pooled.Length);
        return new Contrast(
            [.. order.Take(contrast.Positive.Count).Select(i => pooled[i])],
            [.. order.Skip(contrast.Positive.Count).Select(i => pooled[i])]);
    }

    /// <summary>A random direction with the norm of a vector.</summary>
    public static Tensor RandomLike(Tensor vector, MersenneTwister random)
    {
        using var scope = NewDisposeScope();
        var direction = tensor([.. Enumerable.Range(0, (int)vector.shape[0]).Select(_ => (float)Normal.InvCDF(0, 1, (random.Next() + 0.5) / 4294967296.0))]);
        return (direction / direction.norm() * vector.norm()).MoveToOuterDisposeScope();
    }

    /// <summary>A fixed mix of the numbers (FNV-1a): .NET's own hash codes change from run to run.</summary>
    public static uint Mix(params ReadOnlySpan<long> values)
    {
        var hash = 2166136261u;
        foreach (var value in values)
        {
            hash = unchecked((hash ^ (uint)value ^ (uint)(value >> 32)) * 16777619u);
        }

        return hash;
    }
}
