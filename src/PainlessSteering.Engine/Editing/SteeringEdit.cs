namespace PainlessSteering.Engine.Editing;

/// <summary>One change of a model's activations: what is done, along which direction, where and how strongly. Immutable; compared by identity.</summary>
public sealed class SteeringEdit
{
    private readonly float[] _values;

    /// <summary>Creates an edit from a copy of the values.</summary>
    /// <param name="layer">0-based block.</param>
    /// <param name="site">Point of the block.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="values">The direction, [hidden size]; its length matters to <c>add</c> and <c>turn</c>.</param>
    /// <param name="strength">How strongly; 0 changes nothing.</param>
    /// <param name="target">What an activation's length along the direction is set to; for operations that have a target, and no others.</param>
    /// <exception cref="PasException">A value is not finite, or a target is missing or not wanted.</exception>
    public SteeringEdit(int layer, SteeringSite site, SteeringOperation operation, ReadOnlySpan<float> values, double strength = 1, double? target = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        if (values.IsEmpty || !double.IsFinite(strength))
        {
            throw new ArgumentException("an edit needs values and a finite strength");
        }

        (Layer, Site, Operation, Strength, Target) = (layer, site, operation, strength, target);
        _values = values.ToArray();
        if (Array.FindIndex(_values, value => !float.IsFinite(value)) is >= 0 and var bad)
        {
            throw new PasException("the steering vector is not finite", FormattableString.Invariant($"{site} of layer {layer}"), "finite numbers", $"NaN or infinity at element {bad}") { Code = ErrorCodes.NotFinite };
        }

        if (operation.HasTarget ? target is not { } number || !double.IsFinite(number) : target is not null)
        {
            throw new PasException(
                $"the target does not fit the operation '{operation}'", "target", operation.HasTarget ? "a finite number" : "none", target is null ? "none" : FormattableString.Invariant($"{target}"))
            { Code = ErrorCodes.BadSetting };
        }
    }

    /// <summary>The same edit along another direction.</summary>
    /// <param name="values">[hidden size]</param>
    public SteeringEdit Along(ReadOnlySpan<float> values) => new(Layer, Site, Operation, values, Strength, Target);

    private SteeringEdit(SteeringEdit source, int layer, SteeringSite site, double strength) =>
        (Layer, Site, Operation, _values, Strength, Target) = (layer, site, source.Operation, source._values, strength, source.Target);

    /// <summary>0-based block.</summary>
    public int Layer { get; }

    /// <summary>Point of the block.</summary>
    public SteeringSite Site { get; }

    /// <summary>What is done.</summary>
    public SteeringOperation Operation { get; }

    /// <summary>The direction before <see cref="Strength"/> is applied: [hidden size].</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>How strongly; 0 changes nothing.</summary>
    public double Strength { get; }

    /// <summary>What an activation's length along the direction is set to, in units of the activations; null where the operation has no target.</summary>
    public double? Target { get; }

    /// <summary>Euclidean norm of <see cref="Values"/>.</summary>
    public double Norm
    {
        get
        {
            var sum = 0.0;
            foreach (var value in _values)
            {
                sum += (double)value * value;
            }

            return Math.Sqrt(sum);
        }
    }

    /// <summary>Where a pass meets it.</summary>
    internal CapturePoint Place => Site.WrittenAt(Layer);

    /// <summary>The edit with its strength times a factor; the values are shared.</summary>
    /// <param name="factor">Any finite number.</param>
    public SteeringEdit Times(double factor) => new(this, Layer, Site, Strength * factor);

    /// <summary>The same edit at another place; the values are shared.</summary>
    /// <param name="layer">0-based block.</param>
    /// <param name="site">Point of the block.</param>
    public SteeringEdit At(int layer, SteeringSite site) => new(this, layer, site, Strength);
}
