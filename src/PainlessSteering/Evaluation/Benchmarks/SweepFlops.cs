using PainlessSteering.Engine;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>Counts the floating-point operations of a sweep from the costs of the model's blocks; a multiply and an add are two.</summary>
internal static class SweepFlops
{
    /// <summary>One prompt's share of a one-pass sweep of the residual site.</summary>
    /// <param name="model">Shapes.</param>
    /// <param name="tokens">Length of the prompt.</param>
    /// <param name="layers">The layer of each cell.</param>
    /// <param name="letters">Letters whose logits are wanted.</param>
    public static long Prompt(ModelConfig model, int tokens, IReadOnlyList<int> layers, int letters)
    {
        long total = 0;
        foreach (var (layer, cost) in model.Costs.Index())
        {
            long leaves = 1 + layers.Count(cell => cell < layer);
            var last = layer == model.Layers - 1; // Its tokens are only looked at.
            total += ((tokens - 1) * (last ? cost.StateOperations : cost.RowOperations)) + (leaves * (cost.RowOperations + cost.Seeing(tokens)));
            for (var position = 1; position < tokens && !last; position++)
            {
                total += cost.Seeing(position);
            }
        }

        return total + ((1L + layers.Count) * letters * 2 * model.HiddenSize);
    }
}
