using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Experts are chosen by their scores and a correction of each, first the best groups and then the best within these, and weighted by the scores alone
/// (DeepSeek-V2 and V3, GLM-4.5 and what follows them).
/// </summary>
internal sealed record GroupedRouterPlan : RouterPlan
{
    /// <summary>Scores are a softmax over all experts, and not each its own sigmoid.</summary>
    public bool IsSoftmax { get; init; }

    /// <summary>Name in the feed-forward part of what is added to the scores for the choice; null for nothing.</summary>
    public string? CorrectionName { get; init; }

    /// <summary>What is added is stored as one row of a matrix (Ernie).</summary>
    public bool CorrectionIsRow { get; init; }

    /// <summary>Groups of as many experts each, neighbours.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Groups of a row.</summary>
    public int GroupsChosen { get; init; } = 1;

    /// <summary>Experts by which a group is judged: the sum of its best so many.</summary>
    public int Judges { get; init; } = 2;

    /// <summary>The weights of a row are divided by their sum.</summary>
    public bool Normalises { get; init; }

    /// <summary>Weights are divided by no less.</summary>
    public double LeastSum { get; init; } = 1e-20;

    /// <summary>What is added to the sum that weights are divided by (LFM2).</summary>
    public double AddedToSum { get; init; }

    /// <summary>Weights are multiplied by this.</summary>
    public double Factor { get; init; } = 1;

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize, int experts) => base.Cost(hiddenSize, experts) with { OtherParameters = CorrectionName is null ? 0 : experts };

    /// <inheritdoc/>
    public override IRouter Load(PartSource source, int experts) => new GroupedRouter(
        this, source.ExactLinear(Name, experts, source.HiddenSize), CorrectionName is { } name ? source.Tensor(name, ScalarType.Float32, CorrectionIsRow ? [1, experts] : [experts]) : null);

    /// <inheritdoc/>
    public override void Check(int experts, string where)
    {
        base.Check(experts, where);
        if (experts % Groups != 0 || GroupsChosen > Groups || (Groups > 1 && (experts / Groups < Judges || GroupsChosen * (experts / Groups) < Chosen)))
        {
            throw new PasException(
                "the groups of experts do not come out", where, found: $"{experts} experts in {Groups} groups, of which {GroupsChosen} are chosen for {Chosen} experts")
            { Code = ErrorCodes.FileDamaged };
        }
    }
}

/// <inheritdoc cref="GroupedRouterPlan"/>
internal sealed class GroupedRouter(GroupedRouterPlan plan, Linear scores, Tensor? correction) : IRouter
{
    private readonly TorchSharp.Scalar _leastSum = plan.LeastSum, _addedToSum = plan.AddedToSum, _factor = plan.Factor;

    /// <inheritdoc/>
    public (Tensor Weights, Tensor Experts) Route(ForwardPass pass, Tensor rows)
    {
        var logits = scores.Forward(rows).to(ScalarType.Float32);
        var all = plan.IsSoftmax ? logits.softmax(-1) : logits.sigmoid();
        var experts = OfBestGroups(correction is null ? all : all.add(correction, Scalars.One)).topk(plan.Chosen).indexes;
        var weights = all.gather(1, experts);
        if (plan.Normalises)
        {
            var sums = weights.sum(-1, keepdim: true).clamp_min(_leastSum);
            weights /= plan.AddedToSum > 0 ? sums.add(_addedToSum, Scalars.One) : sums;
        }

        return (weights.mul(_factor).to(rows.dtype), experts);
    }

    private Tensor OfBestGroups(Tensor choice)
    {
        if (plan.Groups == 1)
        {
            return choice;
        }

        var grouped = choice.view(choice.size(0), plan.Groups, -1);
        var best = grouped.topk(plan.Judges).values.sum(-1).topk(plan.GroupsChosen).indexes;
        var others = ones([choice.size(0), plan.Groups], ScalarType.Bool, choice.device).scatter(1, best, zeros_like(best, ScalarType.Bool));
        return grouped.masked_fill(others.unsqueeze(2), Scalars.MinusInfinity).view_as(choice);
    }
}
