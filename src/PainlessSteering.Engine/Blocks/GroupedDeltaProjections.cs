using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>One weight whose rows are, for each key head, a query, a key, and the values and gates of its heads; likewise one for the two gates of the state (Qwen3-Next).</summary>
internal sealed class GroupedDeltaProjections(GatedDeltaNetPlan plan, PartSource source) : IDeltaProjections
{
    private readonly Linear _all = source.Linear("in_proj_qkvz", plan.Channels + plan.Values, source.HiddenSize);
    private readonly Linear _both = source.ExactLinear("in_proj_ba", 2 * plan.Heads, source.HiddenSize);
    private readonly int _group = plan.Heads / plan.KeyHeads;

    /// <inheritdoc/>
    public DeltaInputs Forward(Tensor rows)
    {
        Tensor all = _all.Forward(rows).view(rows.size(0), plan.KeyHeads, -1), both = _both.Forward(rows).view(rows.size(0), plan.KeyHeads, 2, _group);
        Tensor Part(int from, int size) => all.narrow(2, from, size).flatten(1);
        var values = _group * plan.ValueSize;
        var channels = cat([Part(0, plan.KeySize), Part(plan.KeySize, plan.KeySize), Part(2 * plan.KeySize, values)], 1);
        return new DeltaInputs(channels, Part((2 * plan.KeySize) + values, values).contiguous(), both.select(2, 0).flatten(1), both.select(2, 1).flatten(1));
    }
}
