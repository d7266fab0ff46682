using static TorchSharp.torch;

namespace PainlessSteering.Vectors;

/// <summary>
/// Two lists of prompts; a steering vector is the difference of the means of their activations (method.md §2).
/// Rows refer to the prompts that were recorded.
/// </summary>
/// <param name="Positive">Rows of the wanted behaviour.</param>
/// <param name="Negative">Rows of the unwanted one.</param>
public sealed record Contrast(IReadOnlyList<int> Positive, IReadOnlyList<int> Negative)
{
    /// <summary>False where one side is empty: then there is no vector.</summary>
    public bool IsDefined => Positive.Count > 0 && Negative.Count > 0;

    /// <summary>Mean of the positive rows less mean of the negative rows, summed in float64.</summary>
    /// <param name="activations">[prompts, hidden size]</param>
    /// <returns>[hidden size] float32</returns>
    public Tensor MeanDifference(Tensor activations)
    {
        ArgumentNullException.ThrowIfNull(activations);
        using var scope = NewDisposeScope();
        Tensor Mean(IReadOnlyList<int> rows) =>
            activations.index_select(0, tensor([.. rows.Select(row => (long)row)])).to(ScalarType.Float64).mean([0]);
        return (Mean(Positive) - Mean(Negative)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
