using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>What a placebo leaves of a method: nothing but its form.</summary>
public enum PlaceboKind
{
    /// <summary>The same prompts, parted at random into sides of the same sizes.</summary>
    ShuffledLabels,

    /// <summary>A random direction with the norm of the method's vector.</summary>
    RandomDirection,
}

/// <summary>Names a placebo of a run; each has gone through the same selection as the real methods.</summary>
/// <param name="Kind">What was destroyed.</param>
/// <param name="Number">1-based.</param>
public readonly record struct PlaceboId(PlaceboKind Kind, int Number)
{
    /// <summary>As tables and files spell it.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{(Kind == PlaceboKind.ShuffledLabels ? "shuffled labels" : "random direction")} {Number}");
}

/// <summary>The vectors of one method, or of one placebo of it, at every site and layer of the grid. Compared by identity.</summary>
internal sealed class Variant(string method, PlaceboId? placebo, IReadOnlyDictionary<(SteeringSite Site, int Layer), Tensor> vectors)
{
    /// <summary>Name of the method.</summary>
    public string Method { get; } = method;

    /// <summary>Null for the method itself.</summary>
    public PlaceboId? Placebo { get; } = placebo;

    /// <summary>[hidden size] float32 each; empty where the method's vector is undefined.</summary>
    public IReadOnlyDictionary<(SteeringSite Site, int Layer), Tensor> Vectors { get; } = vectors;
}
