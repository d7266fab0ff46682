using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>How a gated MLP joins gate and rows where they are held within bounds.</summary>
internal abstract record BoundedGate
{
    /// <param name="gate">Any shape.</param>
    /// <param name="rows">The same shape and type.</param>
    public abstract Tensor Of(Tensor gate, Tensor rows);
}
