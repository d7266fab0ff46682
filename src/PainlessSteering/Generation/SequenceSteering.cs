using PainlessSteering.Models;
using PainlessSteering.Steering;
using static TorchSharp.torch;

namespace PainlessSteering.Generation;

/// <summary>What is added to the activations of one sequence, as tensors of its model.</summary>
internal sealed class SequenceSteering : IDisposable
{
    private readonly ILookup<CapturePoint, (Tensor Values, TokenRule Rule)> _additions;

    private SequenceSteering(ILookup<CapturePoint, (Tensor, TokenRule)> additions) => _additions = additions;

    /// <summary>Makes the additions of vectors.</summary>
    /// <param name="vectors">The vectors; several may be added at one place.</param>
    /// <param name="model">The model to steer; its weights are not compared with those that a vector was fitted on.</param>
    /// <returns>Null where no vector has a strength other than 0.</returns>
    /// <exception cref="PasException">A vector has not the shape of the model.</exception>
    public static SequenceSteering? Make(IReadOnlyList<AppliedVector> vectors, CausalLM model)
    {
        foreach (var applied in vectors)
        {
            applied.Vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers, force: true);
        }

        var steering = vectors.Where(applied => applied.Strength != 0).ToList();
        return steering.Count == 0 ? null : new SequenceSteering(steering.ToLookup(
            applied => applied.Vector.Site.WrittenAt(applied.Vector.Layer),
            applied => (Addition(applied, model), applied.TokenRule)));
    }

    /// <summary>What is added at a place, [hidden size] each, and to which tokens.</summary>
    public IEnumerable<(Tensor Values, TokenRule Rule)> At(CapturePoint place) => _additions[place];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var addition in _additions.SelectMany(place => place))
        {
            addition.Values.Dispose();
        }
    }

    private static Tensor Addition(AppliedVector applied, CausalLM model)
    {
        using var scope = NewDisposeScope();
        return (tensor(applied.Vector.Values.ToArray()) * applied.Strength).to(model.DataType).to(model.Device).DetachFromDisposeScope();
    }
}
