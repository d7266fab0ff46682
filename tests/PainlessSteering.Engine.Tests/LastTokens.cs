using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

/// <summary>Keeps the activations of the first prompt's last token, at every place of every layer.</summary>
internal sealed class LastTokens : IActivationHook
{
    private readonly Dictionary<(int, HookPoint), Tensor> _seen = [];

    public Tensor this[int layer, HookPoint point] => _seen[(layer, point)];

    public Tensor Apply(int layer, HookPoint point, Tensor activations, RowLayout rows)
    {
        _seen[(layer, point)] = rows.Leaves(activations)[0, 0].clone().DetachFromDisposeScope();
        return activations;
    }
}
