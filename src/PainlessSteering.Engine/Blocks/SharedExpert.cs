using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The expert that every row passes; in some families multiplied by the sigmoid of a gate of its own (Qwen2-MoE, Qwen3-Next).</summary>
/// <param name="Mlp">Its shape; its name is the module's.</param>
internal sealed record SharedExpertPlan(MlpPlan Mlp)
{
    /// <summary>Name of the gate; null for none.</summary>
    public string? GateName { get; init; }

    /// <summary>Its module lies beside that of the experts, and not in it (Step 3.5).</summary>
    public bool IsBeside { get; init; }

    /// <summary>Of expert and gate.</summary>
    public Cost Cost(int hiddenSize) => GateName is null ? Mlp.Cost(hiddenSize) : Mlp.Cost(hiddenSize) + new Cost { Products = [new(1, hiddenSize)], RowElements = 2L * hiddenSize, KeptElements = hiddenSize };

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the feed-forward part.</param>
    public SharedExpert Load(PartSource source) => new(Mlp.LoadMlp(IsBeside ? source.Beside(Mlp.Name) : source.Part(Mlp.Name)), GateName is null ? null : source.ExactLinear(GateName, 1, source.HiddenSize));
}

/// <inheritdoc cref="SharedExpertPlan"/>
internal sealed class SharedExpert(Mlp mlp, Linear? gate)
{
    /// <param name="rows">[rows, hidden size]</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var own = mlp.Forward(rows);
        return (gate is null ? own : own * gate.Forward(rows).sigmoid()).MoveToOuterDisposeScope();
    }
}
