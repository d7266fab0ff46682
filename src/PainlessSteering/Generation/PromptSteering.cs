using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>Steers a piece of one prompt.</summary>
/// <param name="steering">What is added to the sequence.</param>
/// <param name="endsPrompt">False where the last token of the piece is followed by more of the prompt.</param>
internal sealed class PromptSteering(SequenceSteering steering, bool endsPrompt) : IActivationHook
{
    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        if (steering.At(new CapturePoint(layer, point)) is { } addition)
        {
            if (addition.Every is not null && rows.TokenRows > 0)
            {
                activations.narrow(0, 0, rows.TokenRows).add_(addition.Every, Scalars.One);
            }

            if ((endsPrompt ? addition.Last : addition.Every) is { } toLeaf)
            {
                rows.Leaves(activations).add_(toLeaf, Scalars.One);
            }
        }

        return activations;
    }
}
