using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters;

/// <summary>What an adapter makes of one tensor of a model, whatever file the adapter is in.</summary>
/// <param name="target">The tensor's name in the model, as transformers has it.</param>
/// <param name="source">The tensor of the adapter that errors name.</param>
internal abstract class TensorChange(string target, AdapterTensor source)
{
    /// <summary>The tensor's name in the model, as transformers has it.</summary>
    public string Target => target;

    /// <summary>The tensor of the adapter that errors name.</summary>
    public AdapterTensor Source => source;

    /// <summary>The shape that the model's tensor must have; -1 for a size that does not matter.</summary>
    public abstract long[] Shape { get; }

    /// <summary>What is done where the model has no such tensor.</summary>
    public virtual Absence WhereAbsent => Absence.Refused;

    /// <summary>Whether it may be one of the embedding or the head, which are one tensor in some models.</summary>
    public virtual bool MayBeOfEmbedding => false;

    /// <summary>Whether a head that is the embedding changes with it; otherwise the two are parted.</summary>
    public virtual bool TiedHeadFollows => false;

    /// <summary>What it depends on beside the tensors of the file, for the fingerprint; null for nothing.</summary>
    public virtual string? Fact => null;

    /// <summary>The same change, of a model that may keep the tensor in parts.</summary>
    /// <param name="has">Whether the model has a tensor of a name.</param>
    public virtual IEnumerable<TensorChange> In(Func<string, bool> has) => [this];

    /// <summary>The changed tensor, in the caller's dispose scope.</summary>
    /// <param name="value">The tensor so far, float32 or float64; zeros where the model has none.</param>
    /// <param name="stored">The type that the model stores it in.</param>
    public abstract Tensor Apply(Tensor value, ScalarType stored);
}

/// <summary>What is done with a change of a tensor that a model does not have.</summary>
internal enum Absence
{
    /// <summary>The adapter is not for this model.</summary>
    Refused,

    /// <summary>The module gains the tensor.</summary>
    Added,

    /// <summary>There is nothing to change.</summary>
    Skipped,
}
