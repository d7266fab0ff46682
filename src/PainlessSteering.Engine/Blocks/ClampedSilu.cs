using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A gate of SiLU that is at most a limit, and rows within it on both sides.</summary>
/// <param name="Limit">Of both.</param>
/// <param name="BoundsInput">What goes into the SiLU is at most the limit (DeepSeek-V4), and not what comes out (Step 3.5).</param>
internal sealed record ClampedSilu(double Limit, bool BoundsInput) : BoundedGate
{
    private readonly TorchSharp.Scalar _most = Limit, _least = -Limit;

    /// <inheritdoc/>
    public override Tensor Of(Tensor gate, Tensor rows) =>
        (BoundsInput ? nn.functional.silu(gate.clamp_max(_most)) : nn.functional.silu(gate).clamp_max_(_most)).mul_(rows.clamp(_least, _most));
}
