using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// What a function of ours keeps for its gradients, let go as soon as they are computed: what is saved by way of autograd's context would stay until
/// the garbage collector, which knows nothing of its size, comes by.
/// </summary>
/// <param name="tensors">Kept as aliases, beyond the dispose scope.</param>
internal sealed class KeptTensors(params ReadOnlySpan<Tensor> tensors) : IDisposable
{
    private readonly Tensor[] _tensors = Own(tensors);

    public Tensor this[int index] => _tensors[index];

    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }
    }

    private static Tensor[] Own(ReadOnlySpan<Tensor> tensors)
    {
        var own = new Tensor[tensors.Length];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = tensors[i].alias().DetachFromDisposeScope();
        }

        return own;
    }
}
