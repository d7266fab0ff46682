using PainlessSteering.Data;

namespace PainlessSteering.Evaluation;

/// <summary>The items of one part of a split, presented and tokenised.</summary>
/// <param name="Items">In the order of the split.</param>
/// <param name="Prompts">Their multiple-choice prompts.</param>
/// <param name="Right">Positions of their right choices.</param>
internal sealed record ChoiceSet(IReadOnlyList<PresentedItem> Items, IReadOnlyList<ChoicePrompt> Prompts, int[] Right)
{
    public static ChoiceSet Present(IReadOnlyList<MultipleChoiceItem> items, IReadOnlyList<int> indices, FitOptions options, ChoiceEncoder encoder)
    {
        var presented = indices.Select(index => ChoiceOrder.Present(index, items[index], options.Seed, options.Protocol)).ToList();
        return new ChoiceSet(presented, [.. presented.Select(encoder.Choice)], [.. presented.Select(item => item.Right)]);
    }
}
