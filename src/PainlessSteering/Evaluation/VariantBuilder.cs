using MathNet.Numerics.Distributions;
using PainlessSteering.Engine.Editing;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>Makes the edits of all methods and of their placebos from activations recorded once.</summary>
/// <param name="recorded">Activations of every prompt that a contrast names.</param>
/// <param name="options">Grid, protocol, seed and number of placebos.</param>
internal sealed class VariantBuilder(RecordedActivations recorded, FitOptions options)
{
    /// <summary>The methods in the order given, each followed by its placebos.</summary>
    public IReadOnlyList<Variant> Build(IReadOnlyList<(string Method, Contrast Contrast)> methods) =>
        [.. methods.SelectMany((method, index) => Build(method.Method, method.Contrast, index))];

    private IEnumerable<Variant> Build(string method, Contrast contrast, int index)
    {
        var real = new Variant(method, null, Edits(contrast));
        yield return real;
        foreach (var kind in Enum.GetValues<PlaceboKind>())
        {
            for (var number = 1; number <= options.PlacebosOf(kind); number++)
            {
                // Every placebo has random numbers of its own, whatever else a run computes.
                var seed = Mix(options.Seed, (int)kind, number, index);
                var random = new MersenneTwister(seed);
                yield return new Variant(method, new PlaceboId(kind, number), kind == PlaceboKind.ShuffledLabels
                    ? Edits(Shuffle(contrast, seed))
                    : real.Edits.ToDictionary(pair => pair.Key, pair => RandomLike(pair.Value, random)));
            }
        }
    }

    private Dictionary<(SteeringSite, int), SteeringEdit> Edits(Contrast contrast) =>
        !contrast.IsDefined ? [] : options.Sites
            .SelectMany(site => options.Layers.Select(layer => (site, layer)))
            .ToDictionary(place => place, place => Addition(place.site, place.layer, contrast));

    private SteeringEdit Addition(SteeringSite site, int layer, Contrast contrast)
    {
        using var difference = contrast.MeanDifference(recorded[site.ReadAt(layer, options.SamePoint)]);
        return new SteeringEdit(layer, site, SteeringOperation.Add, difference.data<float>().ToArray());
    }

    private static Contrast Shuffle(Contrast contrast, uint seed)
    {
        int[] pooled = [.. contrast.Positive, .. contrast.Negative];
        var order = new NumPyRandomState(seed).Permutation(pooled.Length);
        return new Contrast(
            [.. order.Take(contrast.Positive.Count).Select(i => pooled[i])],
            [.. order.Skip(contrast.Positive.Count).Select(i => pooled[i])]);
    }

    /// <summary>The same edit along a random direction of the same norm.</summary>
    public static SteeringEdit RandomLike(SteeringEdit edit, MersenneTwister random)
    {
        using var scope = NewDisposeScope();
        var vector = tensor(edit.Values.ToArray());
        var direction = tensor([.. Enumerable.Range(0, edit.Values.Length).Select(_ => (float)Normal.InvCDF(0, 1, (random.Next() + 0.5) / 4294967296.0))]);
        return edit.Along((direction / direction.norm() * vector.norm()).data<float>().ToArray());
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
