using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>The likeliest experts by a softmax over all, weighted by their probabilities (Qwen; with normalisation also Mixtral's softmax over the chosen).</summary>
internal sealed record SoftmaxRouterPlan : RouterPlan
{
    /// <summary>The weights of a row are divided by their sum.</summary>
    public bool Normalises { get; init; }

    /// <summary>The scores have a bias (gpt-oss).</summary>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize, int experts) => base.Cost(hiddenSize, experts) with { OtherParameters = Bias ? experts : 0 };

    /// <inheritdoc/>
    public override IRouter Load(PartSource source, int experts) => new SoftmaxRouter(source.ExactLinear(Name, experts, source.HiddenSize, Bias), Chosen, Normalises);
}

/// <inheritdoc cref="SoftmaxRouterPlan"/>
internal sealed class SoftmaxRouter(Linear scores, int chosen, bool normalises) : IRouter
{
    /// <inheritdoc/>
    public (Tensor Weights, Tensor Experts) Route(ForwardPass pass, Tensor rows)
    {
        var (weights, experts) = nn.functional.softmax(scores.Forward(rows), -1, ScalarType.Float32).topk(chosen);
        return ((normalises ? weights / weights.sum(-1, keepdim: true) : weights).to(rows.dtype), experts);
    }
}
