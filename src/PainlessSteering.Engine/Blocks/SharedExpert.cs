using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The expert that every row passes, multiplied by the sigmoid of a gate of its own (Qwen2-MoE, Qwen3-Next).</summary>
/// <param name="Mlp">Its shape; its name is the module's.</param>
internal sealed record SharedExpertPlan(MlpPlan Mlp)
{
    /// <summary>Name of the gate.</summary>
    public string GateName { get; init; } = "shared_expert_gate";

    /// <summary>Of expert and gate.</summary>
    public Cost Cost(int hiddenSize) => Mlp.Cost(hiddenSize) + new Cost { Products = [new(1, hiddenSize)], RowElements = 2L * hiddenSize, KeptElements = hiddenSize };

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the feed-forward part.</param>
    public SharedExpert Load(PartSource source) => new(Mlp.LoadMlp(source.Part(Mlp.Name)), source.ExactLinear(GateName, 1, source.HiddenSize));
}

/// <inheritdoc cref="SharedExpertPlan"/>
internal sealed class SharedExpert(Mlp mlp, Linear gate)
{
    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return (mlp.Forward(rows) * gate.Forward(rows).sigmoid()).MoveToOuterDisposeScope();
    }
}
