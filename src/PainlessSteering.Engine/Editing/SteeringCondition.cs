namespace PainlessSteering.Engine.Editing;

/// <summary>
/// When a vector acts: only on prompts whose last token, in the unsteered model, projects on a direction beyond a threshold
/// (conditional activation steering, Lee et al. 2024). Immutable.
/// </summary>
public sealed class SteeringCondition
{
    private readonly float[] _values;
    private readonly double _norm;

    /// <summary>Creates a condition from a copy of the direction.</summary>
    /// <param name="values">[hidden size]; not all 0.</param>
    /// <param name="site">Point of the block where it looks.</param>
    /// <param name="layer">0-based block.</param>
    /// <param name="threshold">The vector acts where the projection is larger.</param>
    /// <param name="accuracy">Balanced accuracy on prompts that it was not fitted on, if measured.</param>
    /// <exception cref="PasException">The direction has no length, or a number is not finite.</exception>
    public SteeringCondition(ReadOnlySpan<float> values, SteeringSite site, int layer, double threshold, double? accuracy = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        _values = values.ToArray();
        _norm = Math.Sqrt(Dot(_values));
        if (!(_norm > 0) || !double.IsFinite(_norm) || !double.IsFinite(threshold))
        {
            throw new PasException("the condition of the steering vector is not usable", $"layer {layer}, site {site}", "a direction of finite numbers, not all 0, and a finite threshold");
        }

        Site = site;
        Layer = layer;
        Threshold = threshold;
        Accuracy = accuracy;
    }

    /// <summary>The direction: [hidden size].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Point of the block where it looks.</summary>
    public SteeringSite Site { get; }

    /// <summary>0-based block.</summary>
    public int Layer { get; }

    /// <summary>What has to be recorded of a prompt.</summary>
    internal CapturePoint Place => Site.WrittenAt(Layer);

    /// <summary>The vector acts where the projection is larger, in units of the activations.</summary>
    public double Threshold { get; }

    /// <summary>Balanced accuracy on prompts that it was not fitted on, from 0 to 1; null where it was not measured.</summary>
    public double? Accuracy { get; }

    /// <summary>Length of an activation along the direction.</summary>
    /// <param name="activation">[hidden size]</param>
    public double Projection(ReadOnlySpan<float> activation) => Dot(activation) / _norm;

    /// <summary>Whether the vector acts.</summary>
    /// <param name="activation">[hidden size]: of the prompt's last token, at <see cref="Layer"/> and <see cref="Site"/> of the unsteered model.</param>
    public bool Holds(ReadOnlySpan<float> activation) => Projection(activation) > Threshold;

    /// <summary>Whether another condition looks at the same place in the same direction with the same threshold.</summary>
    internal bool IsSameAs(SteeringCondition other) =>
        (Site, Layer, Threshold) == (other.Site, other.Layer, other.Threshold) && _values.AsSpan().SequenceEqual(other._values);

    private double Dot(ReadOnlySpan<float> other)
    {
        var sum = 0.0;
        for (var i = 0; i < _values.Length; i++)
        {
            sum += (double)_values[i] * other[i];
        }

        return sum;
    }
}
