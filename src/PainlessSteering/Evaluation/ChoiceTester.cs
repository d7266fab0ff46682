using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Evaluation;

/// <summary>Judges the choices of a fit by the answers that their cells gave to test items.</summary>
/// <param name="methods">The methods, placebos not among them.</param>
/// <param name="choices">What validation chose.</param>
/// <param name="scorer">What the items are answered by.</param>
/// <param name="alpha">Level of the tests.</param>
internal sealed class ChoiceTester(IReadOnlyList<Variant> methods, Choices choices, Scorer scorer, double alpha)
{
    /// <param name="data">Fingerprint of the data.</param>
    /// <param name="test">The items.</param>
    /// <param name="answers">Their answers under <see cref="Choices.Cells"/>.</param>
    public TestedChoices Test(string data, ChoiceSet test, SweepResult answers)
    {
        var unsteered = answers.Predictions(null);
        return new TestedChoices(
            data,
            [.. test.Items.Select(item => item.Index)],
            test.Right,
            unsteered,
            [.. methods.Select(method => Judge(choices.ByMethod[method.Method], method.Edits.Count == 0))],
            Judge(choices.Overall, methods.All(method => method.Edits.Count == 0)));

        TestedChoice Judge(Choice choice, bool undefined) => new(
            choice.Real.Describe(),
            choice.Real.VectorNorm,
            Predictions(choice.Real),
            Judgement.Of(
                test,
                scorer,
                unsteered,
                Predictions(choice.Real),
                undefined ? SelectionOutcome.VectorUndefined : choice.Real.Cell is null ? SelectionOutcome.DoNotSteer : SelectionOutcome.Steer,
                choice.Placebos.Select(pair => (pair.Key, Predictions(pair.Value))),
                alpha));

        int[] Predictions(Selection selection) => answers.Predictions(choices.IndexOf(selection));
    }
}
