using PainlessSteering.Engine;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>Counts the floating-point operations of matrix products from their shapes; a multiply and an add are two.</summary>
internal static class SweepFlops
{
    /// <summary>All linear maps of one block, for one row.</summary>
    public static long Block(ModelConfig model) => KeysAndValues(model)
        + (2L * model.HiddenSize * ((2L * model.Heads * model.HeadSize) + (3L * model.IntermediateSize)));

    /// <summary>One prompt's share of a one-pass sweep of the residual site.</summary>
    /// <param name="model">Shapes.</param>
    /// <param name="tokens">Length of the prompt.</param>
    /// <param name="layers">The layer of each cell.</param>
    /// <param name="letters">Letters whose logits are wanted.</param>
    public static long Prompt(ModelConfig model, int tokens, IReadOnlyList<int> layers, int letters)
    {
        long total = 0;
        for (var layer = 0; layer < model.Layers; layer++)
        {
            long leaves = 1 + layers.Count(cell => cell < layer);
            var last = layer == model.Layers - 1; // Its tokens are only looked at.
            total += ((tokens - 1) * (last ? KeysAndValues(model) : Block(model))) + (leaves * Block(model));
            total += leaves * Attention(model, Seen(model, layer, tokens));
            for (var position = 1; position < tokens && !last; position++)
            {
                total += Attention(model, Seen(model, layer, position));
            }
        }

        return total + ((1L + layers.Count) * letters * 2 * model.HiddenSize);
    }

    private static long KeysAndValues(ModelConfig model) => 4L * model.HiddenSize * model.KeyValueHeads * model.HeadSize;

    /// <summary>Scores and mixture of one query over so many keys.</summary>
    private static long Attention(ModelConfig model, int keys) => 4L * model.Heads * model.HeadSize * keys;

    private static int Seen(ModelConfig model, int layer, int tokens) => Math.Min(tokens, model.Windows[layer] ?? tokens);
}
