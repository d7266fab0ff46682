using PainlessSteering.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Steering;

/// <summary>Adds one scaled vector to the last token of every prompt of a pass, or to all tokens of the pass.</summary>
internal sealed class SteeringHook : IActivationHook
{
    private readonly CapturePoint _place;
    private readonly Tensor _addition; // [hidden size]
    private readonly TokenRule _rule;

    /// <param name="place">Where it is added.</param>
    /// <param name="addition">[hidden size], already scaled, in the model's type and on its device.</param>
    /// <param name="rule">To which tokens.</param>
    public SteeringHook(CapturePoint place, Tensor addition, TokenRule rule)
    {
        _place = place;
        _addition = addition;
        _rule = rule;
    }

    /// <inheritdoc/>
    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        if (layer == _place.Layer && point == _place.Point)
        {
            (_rule == TokenRule.All ? activations : rows.Leaves(activations)).add_(_addition);
        }

        return activations;
    }
}
