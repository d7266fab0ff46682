using PainlessSteering.Engine;
using PainlessSteering.Steering;
using static System.FormattableString;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>What is added to the activations of one sequence, as tensors of its model: the sum of its vectors at each place.</summary>
internal sealed class SequenceSteering : IDisposable
{
    /// <summary>Norms square what they get, and float32 ends at 3.4e38.</summary>
    private const double LargestNorm = 1e18;

    private readonly Dictionary<CapturePoint, Addition> _additions;

    private SequenceSteering(Dictionary<CapturePoint, Addition> additions) => _additions = additions;

    /// <summary>The places where something is added.</summary>
    public IReadOnlyCollection<CapturePoint> Places => _additions.Keys;

    /// <summary>Whether tokens before the prompt's last one are steered too.</summary>
    public bool ReachesEveryToken => _additions.Values.Any(addition => addition.Every is not null);

    /// <summary>Makes the additions of vectors.</summary>
    /// <param name="vectors">The vectors; several may be added at one place.</param>
    /// <param name="model">The model to steer.</param>
    /// <returns>Null where no vector has a strength other than 0.</returns>
    public static SequenceSteering? Make(IReadOnlyList<AppliedVector> vectors, CausalLM model)
    {
        var steering = vectors.Where(applied => applied.Strength != 0)
            .GroupBy(applied => applied.Vector.Site.WrittenAt(applied.Vector.Layer))
            .ToDictionary(place => place.Key, place => new Addition(
                Sum(place, model),
                place.Any(applied => applied.TokenRule == TokenRule.All) ? Sum(place.Where(applied => applied.TokenRule == TokenRule.All), model) : null));
        return steering.Count == 0 ? null : new SequenceSteering(steering);
    }

    /// <summary>Refuses vectors that do not fit the model's shape, and strengths that would overflow it.</summary>
    /// <param name="vectors">The vectors; the weights that they were fitted on are not compared with the model's.</param>
    /// <param name="model">The model to steer.</param>
    /// <exception cref="PasException">The reason.</exception>
    public static void EnsureFit(IReadOnlyList<AppliedVector> vectors, CausalLM model)
    {
        foreach (var applied in vectors)
        {
            applied.Vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, force: true);
            var norm = Math.Sqrt(Sum([applied]).Sum(value => (double)value * value));
            if (!(norm <= LargestNorm))
            {
                throw new PasException(
                    "the steering strength is out of range", "strength", "a number that the model's activations can bear", Invariant($"{applied.Strength}"), "lower the strength");
            }
        }
    }

    /// <summary>What is added at a place; null for nothing.</summary>
    public Addition? At(CapturePoint place) => _additions.GetValueOrDefault(place);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var addition in _additions.Values)
        {
            addition.Last.Dispose();
            addition.Every?.Dispose();
        }
    }

    private static Tensor Sum(IEnumerable<AppliedVector> vectors, CausalLM model)
    {
        using var scope = NewDisposeScope();
        return tensor(Sum(vectors)).to(model.DataType).to(model.Device).DetachFromDisposeScope();
    }

    private static float[] Sum(IEnumerable<AppliedVector> vectors)
    {
        float[]? sum = null;
        foreach (var applied in vectors)
        {
            sum ??= new float[applied.Vector.Values.Length];
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += applied.Vector.Values[i] * (float)applied.Strength;
            }
        }

        return sum!;
    }

    /// <param name="Last">[hidden size]: added to the prompt's last token and to each new one.</param>
    /// <param name="Every">[hidden size]: added to the tokens before; null for nothing.</param>
    internal sealed record Addition(Tensor Last, Tensor? Every);
}
