namespace PainlessSteering.Steering;

/// <summary>A direction with the place, strength and tokens at which it is added to a model's activations. Immutable.</summary>
public sealed class SteeringVector
{
    private readonly float[] _values;

    /// <summary>Creates a vector from a copy of the values.</summary>
    /// <param name="values">[hidden size]</param>
    /// <param name="site">Point of the block.</param>
    /// <param name="layer">0-based block.</param>
    /// <param name="strength">Factor of the values; 0 does not steer.</param>
    /// <param name="tokenRule">The tokens that are steered.</param>
    /// <param name="provenance">Where the vector comes from; needed to save it.</param>
    /// <param name="condition">On which prompts it acts; null for all.</param>
    /// <exception cref="PasException">A value is NaN or infinite, or the condition is of another size.</exception>
    public SteeringVector(
        ReadOnlySpan<float> values,
        SteeringSite site,
        int layer,
        double strength,
        TokenRule tokenRule = TokenRule.Last,
        SteeringProvenance? provenance = null,
        SteeringCondition? condition = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        if (values.IsEmpty || !double.IsFinite(strength))
        {
            throw new ArgumentException("a steering vector needs values and a finite strength");
        }

        _values = values.ToArray();
        if (Array.FindIndex(_values, value => !float.IsFinite(value)) is >= 0 and var bad)
        {
            throw new PasException("the steering vector is not finite", $"layer {layer}, site {site}", "finite numbers", $"NaN or infinity at element {bad}", "compute in float32 if the activations overflow");
        }

        Site = site;
        Layer = layer;
        Strength = strength;
        TokenRule = tokenRule;
        Provenance = provenance;
        Condition = condition is null || condition.Values.Length == _values.Length
            ? condition
            : throw new PasException("the condition does not fit the steering vector", null, $"{_values.Length} numbers", $"{condition.Values.Length}");
    }

    /// <summary>The direction before <see cref="Strength"/> is applied: [hidden size].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Point of the block.</summary>
    public SteeringSite Site { get; }

    /// <summary>0-based block.</summary>
    public int Layer { get; }

    /// <summary>Factor of <see cref="Values"/>.</summary>
    public double Strength { get; }

    /// <summary>The tokens that are steered.</summary>
    public TokenRule TokenRule { get; }

    /// <summary>Where the vector comes from, if known.</summary>
    public SteeringProvenance? Provenance { get; }

    /// <summary>On which prompts it acts; null for all.</summary>
    public SteeringCondition? Condition { get; }

    /// <summary>Refuses a model that the vector does not fit.</summary>
    /// <param name="weightsFingerprint">The model's <see cref="Engine.Sources.Checkpoint.Fingerprint"/>.</param>
    /// <param name="hiddenSize">The model's hidden size.</param>
    /// <param name="layers">The model's number of blocks.</param>
    /// <param name="force">Accept other weights of the same shape (<c>--force</c>); another shape cannot be forced.</param>
    /// <exception cref="PasException">The reason of the refusal.</exception>
    public void EnsureFits(string weightsFingerprint, int hiddenSize, int layers, bool force = false)
    {
        var where = Provenance is null ? null : $"vector for {Provenance.Model}";
        if (_values.Length != hiddenSize)
        {
            throw new PasException("the steering vector does not fit the model's hidden size", where, $"{hiddenSize}", $"{_values.Length}", "use the model that the vector was fitted on");
        }

        if (Math.Max(Layer, Condition?.Layer ?? 0) >= layers)
        {
            throw new PasException("the steering vector's layer is not in the model", where, $"a layer from 0 to {layers - 1}", $"{Math.Max(Layer, Condition?.Layer ?? 0)}", "use the model that the vector was fitted on");
        }

        if (!force && Provenance is not null && Provenance.WeightsFingerprint != weightsFingerprint)
        {
            throw new PasException("the steering vector was fitted on other weights", where, Short(Provenance.WeightsFingerprint), Short(weightsFingerprint), "use the model that it was fitted on, or --force to steer this one anyway");
        }
    }

    private static string Short(string fingerprint) => fingerprint.Length > 23 ? fingerprint[..23] + "…" : fingerprint;
}
