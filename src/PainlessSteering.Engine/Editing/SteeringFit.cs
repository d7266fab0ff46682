namespace PainlessSteering.Engine.Editing;

/// <summary>Whether edits fit a model's shape.</summary>
internal static class SteeringFit
{
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
}
