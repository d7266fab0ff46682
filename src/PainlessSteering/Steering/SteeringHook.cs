using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Steering;

/// <summary>Adds one vector to the last token of every prompt of a pass.</summary>
/// <param name="place">Where it is added.</param>
/// <param name="addition">[hidden size], already scaled, in the model's type and on its device.</param>
internal sealed class SteeringHook(CapturePoint place, Tensor addition) : IActivationHook
{
    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        if (new CapturePoint(layer, point) == place)
        {
            rows.Leaves(activations).add_(addition, Scalars.One);
        }

        return activations;
    }
}
