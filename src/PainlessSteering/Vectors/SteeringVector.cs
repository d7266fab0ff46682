using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors;

/// <summary>Edits of a model's activations with what is known of where they come from (method.md §10). Immutable.</summary>
public sealed class SteeringVector
{
    /// <summary>Creates a vector of edits.</summary>
    /// <param name="edits">At least one; all of one model's hidden size. Edits at one place act in this order.</param>
    /// <param name="strength">Factor of every edit's strength; 0 does not steer.</param>
    /// <param name="tokenRule">The tokens that are steered.</param>
    /// <param name="provenance">Where the vector comes from; needed to save it.</param>
    /// <param name="condition">On which prompts it acts; null for all.</param>
    /// <exception cref="PasException">The edits, or the condition, are of different sizes.</exception>
    public SteeringVector(
        IReadOnlyList<SteeringEdit> edits, double strength = 1, TokenRule tokenRule = TokenRule.Last, SteeringProvenance? provenance = null, SteeringCondition? condition = null)
    {
        ArgumentNullException.ThrowIfNull(edits);
        ArgumentOutOfRangeException.ThrowIfZero(edits.Count);
        if (!double.IsFinite(strength))
        {
            throw new ArgumentException("a steering vector needs a finite strength");
        }

        HiddenSize = edits[0].Values.Length;
        if (edits.FirstOrDefault(edit => edit.Values.Length != HiddenSize) is { } other)
        {
            throw new PasException("the edits of the steering vector have different sizes", null, $"{HiddenSize} numbers", $"{other.Values.Length}") { Code = ErrorCodes.DoesNotFit };
        }

        Edits = [.. edits];
        Strength = strength;
        TokenRule = tokenRule;
        Provenance = provenance;
        Condition = condition is null || condition.Values.Length == HiddenSize
            ? condition
            : throw new PasException("the condition does not fit the steering vector", null, $"{HiddenSize} numbers", $"{condition.Values.Length}") { Code = ErrorCodes.DoesNotFit };
    }

    /// <summary>Creates a vector that is added at one place: the paper's.</summary>
    /// <param name="values">[hidden size]; copied.</param>
    /// <param name="site">Point of the block.</param>
    /// <param name="layer">0-based block.</param>
    /// <param name="strength">Factor of the values; 0 does not steer.</param>
    /// <param name="tokenRule">The tokens that are steered.</param>
    /// <param name="provenance">Where the vector comes from; needed to save it.</param>
    /// <param name="condition">On which prompts it acts; null for all.</param>
    /// <exception cref="PasException">A value is not finite, or the condition is of another size.</exception>
    public SteeringVector(
        ReadOnlySpan<float> values, SteeringSite site, int layer, double strength, TokenRule tokenRule = TokenRule.Last, SteeringProvenance? provenance = null, SteeringCondition? condition = null)
        : this([new SteeringEdit(layer, site, SteeringOperation.Add, values)], strength, tokenRule, provenance, condition)
    {
    }

    /// <summary>What is done to the activations, with the strengths that the edits have among each other.</summary>
    public IReadOnlyList<SteeringEdit> Edits { get; }

    /// <summary>The edit, where there is one; null where there are several.</summary>
    public SteeringEdit? OnlyEdit => Edits is [var only] ? only : null;

    /// <summary>Numbers of each edit.</summary>
    public int HiddenSize { get; }

    /// <summary>Factor of the strengths of <see cref="Edits"/>.</summary>
    public double Strength { get; }

    /// <summary>The tokens that are steered.</summary>
    public TokenRule TokenRule { get; }

    /// <summary>Where the vector comes from, if known.</summary>
    public SteeringProvenance? Provenance { get; }

    /// <summary>On which prompts it acts; null for all.</summary>
    public SteeringCondition? Condition { get; }

    /// <summary>The edits as they act with a strength of the whole vector.</summary>
    /// <param name="strength">In place of <see cref="Strength"/>.</param>
    public IReadOnlyList<SteeringEdit> EditsWith(double strength) => [.. Edits.Select(edit => edit.Times(strength))];

    /// <summary>The one edit, where there is one and it adds: what can be calculated with.</summary>
    /// <param name="what">What needs it, for the error.</param>
    /// <exception cref="PasException">There are several edits, or the edit does not add.</exception>
    public SteeringEdit Addition(string what) => Edits is [{ Operation: var operation } only] && operation == SteeringOperation.Add
        ? only
        : throw new PasException($"{what} takes vectors that are added at one place", null, "one edit with the operation 'add'", VectorWords.Edits(this)) { Code = ErrorCodes.DoesNotFit };

    /// <summary>Refuses a model that the vector does not fit.</summary>
    /// <param name="weightsFingerprint">The model's fingerprint.</param>
    /// <param name="hiddenSize">The model's hidden size.</param>
    /// <param name="layers">The model's number of blocks.</param>
    /// <param name="force">Accept other weights of the same shape; another shape cannot be forced.</param>
    /// <exception cref="PasException">The reason of the refusal.</exception>
    public void EnsureFits(string weightsFingerprint, int hiddenSize, int layers, bool force = false)
    {
        var where = Provenance is null ? null : $"vector for {Provenance.Model}";
        SteeringFit.Ensure(Edits, Condition, hiddenSize, layers, where);
        if (!force && Provenance is not null && Provenance.WeightsFingerprint != weightsFingerprint)
        {
            throw new PasException("the steering vector was fitted on other weights", where, Short(Provenance.WeightsFingerprint), Short(weightsFingerprint), $"use the model that it was fitted on, or {SettingName.Of(nameof(force))} to steer this one anyway") { Code = ErrorCodes.DoesNotFit };
        }
    }

    private static string Short(string fingerprint) => fingerprint.Length > 23 ? fingerprint[..23] + "…" : fingerprint;
}
