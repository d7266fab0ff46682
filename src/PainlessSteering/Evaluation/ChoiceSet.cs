using PainlessSteering.Data;
using PainlessSteering.Scoring;

namespace PainlessSteering.Evaluation;

/// <summary>The items of one part of a split, presented and tokenised.</summary>
/// <param name="Items">In the order of the split.</param>
/// <param name="Prompts">Their multiple-choice prompts.</param>
/// <param name="Right">Positions of their right choices.</param>
internal sealed record ChoiceSet(IReadOnlyList<PresentedItem> Items, IReadOnlyList<ChoicePrompt> Prompts, int[] Right)
{
    /// <summary>The places of the items that a run may use: all, or where it is told so all whose prompt the model can take.</summary>
    public static IReadOnlyList<int> Usable(IReadOnlyList<MultipleChoiceItem> items, FitOptions options, ChoiceEncoder encoder) =>
        [.. Enumerable.Range(0, items.Count).Where(index =>
            !options.SkipLongPrompts || encoder.Fits(ChoiceOrder.Present(index, items[index], options.Seed, options.Protocol)))];

    /// <summary>Shows items as a run's seed and protocol say.</summary>
    /// <exception cref="PasException">A prompt is longer than the context, or a letter is not one token.</exception>
    public static ChoiceSet Present(
        IReadOnlyList<MultipleChoiceItem> items, IReadOnlyList<int> indices, FitOptions options, ChoiceEncoder encoder, Exemplars? exemplars = null)
    {
        exemplars ??= Exemplars.None;
        var presented = indices.Select(index => exemplars.Before(ChoiceOrder.Present(index, items[index], options.Seed, options.Protocol))).ToList();
        return new ChoiceSet(presented, [.. presented.Select(encoder.Choice)], [.. presented.Select(item => item.Right)]);
    }
}
