using PainlessSteering.Models;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>Steers each sequence of a batch in its own way: a prompt behind a cache, or one new token of several sequences.</summary>
/// <param name="sequences">Per sequence of the batch what is added to it; null for nothing.</param>
/// <param name="endsPrompt">False where the last token of the pass is followed by more of the prompt.</param>
internal sealed class GenerationHook(IReadOnlyList<SequenceSteering?> sequences, bool endsPrompt = true) : IActivationHook
{
    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        for (var sequence = 0; sequence < sequences.Count; sequence++)
        {
            foreach (var (values, rule) in sequences[sequence]?.At(new CapturePoint(layer, point)) ?? [])
            {
                if (rule == TokenRule.All && rows.TokenRows > 0)
                {
                    activations.add_(values); // Token rows beside a cache are those of a single sequence.
                }
                else if (rule == TokenRule.All || endsPrompt)
                {
                    rows.Leaves(activations)[sequence].add_(values);
                }
            }
        }

        return activations;
    }
}
