using PainlessSteering.Scoring;
using PainlessSteering.Statistics;

namespace PainlessSteering.Evaluation;

/// <summary>Judges answers to test items, those of a fit and those of a finished vector alike.</summary>
internal static class Judgement
{
    /// <param name="test">The items.</param>
    /// <param name="scorer">What they were answered by.</param>
    /// <param name="unsteered">Predictions without a vector.</param>
    /// <param name="steered">Predictions with it.</param>
    /// <param name="selection">What the steered predictions come from.</param>
    /// <param name="placebos">Predictions under each placebo.</param>
    /// <param name="alpha">Level of the tests.</param>
    public static RunReport Of(
        ChoiceSet test, Scorer scorer, int[] unsteered, int[] steered, SelectionOutcome selection, IEnumerable<(PlaceboId Id, int[] Predictions)> placebos, double alpha) =>
        RunReport.Of(new TestRun
        {
            Answers = test.Right,
            Unsteered = unsteered,
            Steered = steered,
            Letters = test.Prompts.Max(prompt => prompt.Choices.Count),
            Shortcuts = scorer.Shortcuts(test.Items),
            Selection = selection,
            Placebos = [.. placebos.Select(placebo => new Placebo(placebo.Id.Kind, placebo.Id.Number, Flips.Between(test.Right, unsteered, placebo.Predictions).Effect))],
            Alpha = alpha,
        });
}
