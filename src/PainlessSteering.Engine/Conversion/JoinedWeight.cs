using PainlessSteering.Engine.Blocks;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Weights that some checkpoints hold in one tensor and others apart. Names are those of a model that is not part of a larger one.</summary>
/// <param name="Name">The tensor of all.</param>
/// <param name="Parts">Their own names.</param>
/// <param name="Part">One of them, of the tensor.</param>
/// <param name="Join">The tensor, of all of them.</param>
/// <param name="IsPublished">Whether the family's published checkpoints hold the tensor.</param>
internal sealed record JoinedWeight(string Name, IReadOnlyList<string> Parts, Func<Tensor, int, Tensor> Part, Func<IReadOnlyList<Tensor>, Tensor> Join, bool IsPublished)
{
    /// <summary>Every one that a model may have.</summary>
    public static IEnumerable<JoinedWeight> Of(ModelConfig config) => config.Blocks.Cast<SequentialBlock>().SelectMany((block, layer) => new[]
    {
        block.FeedForward is MixtureOfExpertsPlan experts ? OfExperts(experts, config.HiddenSize, FormattableString.Invariant($"model.layers.{layer}.")) : [],
        block.Mixer is GatedDeltaNetPlan { IsGrouped: true } delta ? OfDelta(delta, FormattableString.Invariant($"model.layers.{layer}.{delta.Name}.")) : [],
    }).SelectMany(joined => joined);

    private static IEnumerable<JoinedWeight> OfExperts(MixtureOfExpertsPlan plan, int hidden, string block)
    {
        if (plan.Fused.InputsFirst == true || plan.Fused.ByTurns || plan.Fused.Up is not null)
        {
            yield break; // No family whose models are written in both formats has them so.
        }

        string Apart(int expert, string part) => FormattableString.Invariant($"{block}{plan.NameOfParted ?? plan.Name}.{plan.ListName}.{expert}.{part}.weight");
        var (list, names, inner) = ($"{block}{plan.Name}.{plan.ListName}.", plan.Expert.Names, plan.Expert.InnerSize);
        var all = Enumerable.Range(0, plan.Experts);
        Tensor OutputsFirst(Tensor whole, int outputs, int inputs) => plan.Fused.IsInputsFirst(whole.shape, outputs, inputs) ? whole.transpose(1, 2) : whole;
        yield return new(
            list + plan.Fused.GateUp,
            [.. all.SelectMany(expert => new[] { Apart(expert, names.Gate), Apart(expert, names.Up) })],
            (whole, part) => OutputsFirst(whole, 2 * inner, hidden).select(0, part / 2).narrow(0, part % 2 * inner, inner),
            parts => cat([.. parts], 0).view(plan.Experts, 2 * inner, -1),
            plan.IsPublishedFused);
        yield return new(
            list + plan.Fused.Down,
            [.. all.Select(expert => Apart(expert, names.Down))],
            (whole, part) => OutputsFirst(whole, hidden, inner).select(0, part),
            parts => stack([.. parts], 0),
            plan.IsPublishedFused);
    }

    /// <summary>Of each key head in turn a query, a key, and the values and gates of its heads; and the two gates of the state.</summary>
    private static IEnumerable<JoinedWeight> OfDelta(GatedDeltaNetPlan plan, string mixer)
    {
        var (group, values) = (plan.Heads / plan.KeyHeads, plan.Heads / plan.KeyHeads * plan.ValueSize);
        Tensor Grouped(Tensor whole) => whole.view(plan.KeyHeads, -1, whole.size(-1));
        Tensor Some(Tensor whole, int from, int size) => Grouped(whole).narrow(1, from, size).reshape(-1, whole.size(-1));
        yield return new(
            mixer + "in_proj_qkvz.weight",
            [mixer + "in_proj_qkv.weight", mixer + "in_proj_z.weight"],
            (whole, part) => part == 0
                ? cat([Some(whole, 0, plan.KeySize), Some(whole, plan.KeySize, plan.KeySize), Some(whole, 2 * plan.KeySize, values)], 0)
                : Some(whole, (2 * plan.KeySize) + values, values),
            parts =>
            {
                var keys = plan.KeyHeads * plan.KeySize;
                Tensor[] each = [parts[0].narrow(0, 0, keys), parts[0].narrow(0, keys, keys), parts[0].narrow(0, 2 * keys, plan.Values), parts[1]];
                return cat([.. each.Select(Grouped)], 1).flatten(0, 1);
            },
            IsPublished: true);
        yield return new(
            mixer + "in_proj_ba.weight",
            [mixer + "in_proj_b.weight", mixer + "in_proj_a.weight"],
            (whole, part) => Some(whole, part * group, group),
            parts => cat([.. parts.Select(Grouped)], 1).flatten(0, 1),
            IsPublished: true);
    }
}
