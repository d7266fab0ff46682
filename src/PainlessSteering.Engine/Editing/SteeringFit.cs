namespace PainlessSteering.Engine.Editing;

/// <summary>Whether edits fit a model's shape.</summary>
internal static class SteeringFit
{
    /// <summary>Norms square what they get, and float32 ends at 3.4e38.</summary>
    private const double LargestReach = 1e18;


    /// <param name="edits">What steers.</param>
    /// <param name="condition">On which prompts; null for all.</param>
    /// <param name="hiddenSize">The model's hidden size.</param>
    /// <param name="layers">The model's number of blocks.</param>
    /// <param name="where">What the error says it is about, if anything.</param>
    /// <exception cref="PasException">They do not fit.</exception>
    public static void Ensure(IReadOnlyList<SteeringEdit> edits, SteeringCondition? condition, int hiddenSize, int layers, string? where = null)
    {
        if (edits.FirstOrDefault(edit => edit.Values.Length != hiddenSize) is { } other)
        {
            throw new PasException("the steering vector does not fit the model's hidden size", where, $"{hiddenSize}", $"{other.Values.Length}", "use the model that the vector was fitted on") { Code = ErrorCodes.DoesNotFit };
        }

        var highest = Math.Max(edits.Max(edit => edit.Layer), condition?.Layer ?? 0);
        if (highest >= layers)
        {
            throw new PasException("the steering vector's layer is not in the model", where, $"a layer from 0 to {layers - 1}", $"{highest}", "use the model that the vector was fitted on") { Code = ErrorCodes.DoesNotFit };
        }
    }

    /// <summary>Refuses edits that together move an activation so far that a norm makes nothing, or no number, of it.</summary>
    /// <param name="edits">All that act on a token.</param>
    /// <exception cref="PasException">The strongest of them, with its place.</exception>
    public static void EnsureBearable(IEnumerable<SteeringEdit> edits)
    {
        var sum = 0.0;
        (double Reach, SteeringEdit? Edit) strongest = default;
        foreach (var edit in edits)
        {
            var reach = edit.Operation.Reach(edit);
            sum += reach;
            strongest = strongest.Edit is null || !(reach <= strongest.Reach) ? (reach, edit) : strongest;
        }

        if (!(sum <= LargestReach))
        {
            throw new PasException(
                "the steering strength is out of range", "strength", "a number that the model's activations can bear",
                FormattableString.Invariant($"{strongest.Edit!.Strength} at {strongest.Edit.Site} of layer {strongest.Edit.Layer}"), "lower the strength")
            { Code = ErrorCodes.BadSetting };
        }
    }
}
