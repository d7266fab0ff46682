using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A weight for each (Qwen3.5). Those of the state's gates are small and decide much, so that they are held exactly.</summary>
internal sealed class SeparateDeltaProjections(GatedDeltaNetPlan plan, PartSource source) : IDeltaProjections
{
    private readonly Linear _channels = source.Linear("in_proj_qkv", plan.Channels, source.HiddenSize);
    private readonly Linear _gates = source.Linear("in_proj_z", plan.Values, source.HiddenSize);
    private readonly Linear _rates = source.ExactLinear("in_proj_b", plan.Heads, source.HiddenSize);
    private readonly Linear _decays = source.ExactLinear("in_proj_a", plan.Heads, source.HiddenSize);

    /// <inheritdoc/>
    public DeltaInputs Forward(Tensor rows) => new(_channels.Forward(rows), _gates.Forward(rows), _rates.Forward(rows), _decays.Forward(rows));
}
