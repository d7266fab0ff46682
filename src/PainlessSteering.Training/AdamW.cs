using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019), with the update of torch.optim.AdamW. Its state is plain tensors,
/// so that a training can be saved without pickles.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private static readonly TorchSharp.Scalar Keep1 = Beta1, Keep2 = Beta2, Take1 = 1 - Beta1, Take2 = 1 - Beta2, Epsilon = 1e-8;

    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly double _decay;

    /// <param name="parameters">What is trained.</param>
    /// <param name="decay">Weight decay, times the learning rate at each step.</param>
    public AdamW(IReadOnlyList<Tensor> parameters, double decay)
    {
        (_parameters, _decay) = (parameters, decay);
        Means = [.. parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope())];
        Squares = [.. parameters.Select(parameter => zeros_like(parameter).DetachFromDisposeScope())];
    }

    /// <summary>Running means of the gradients.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>Running means of their squares.</summary>
    public IReadOnlyList<Tensor> Squares { get; }

    /// <summary>Changes the parameters in place.</summary>
    /// <param name="gradients">One of each parameter.</param>
    /// <param name="rate">Learning rate of this step.</param>
    /// <param name="step">Number of this step, from 1.</param>
    public void Step(IReadOnlyList<Tensor> gradients, double rate, int step)
    {
        using var mode = no_grad();
        using TorchSharp.Scalar keep = 1 - (rate * _decay);
        using TorchSharp.Scalar length = -rate / (1 - Math.Pow(Beta1, step));
        using TorchSharp.Scalar spread = Math.Sqrt(1 - Math.Pow(Beta2, step));
        for (var i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            _parameters[i].mul_(keep);
            Means[i].mul_(Keep1).add_(gradients[i], alpha: Take1);
            Squares[i].mul_(Keep2).addcmul_(gradients[i], gradients[i], value: Take2);
            _parameters[i].addcdiv_(Means[i], Squares[i].sqrt().div_(spread).add_(Epsilon, Scalars.One), value: length);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Means.Concat(Squares))
        {
            tensor.Dispose();
        }
    }
}
