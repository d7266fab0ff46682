using System.Text.Json.Serialization;
using static System.FormattableString;

namespace PainlessSteering.Statistics;

/// <summary>Does steering help?</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Conclusion>))]
public enum Conclusion
{
    /// <summary>Nothing shown either way.</summary>
    [JsonStringEnumMemberName("no evidence")] NoEvidence,

    /// <summary>A significant gain that neither a placebo nor a letter explains.</summary>
    [JsonStringEnumMemberName("helps")] Helps,

    /// <summary>A significant loss.</summary>
    [JsonStringEnumMemberName("hurts")] Hurts,
}

/// <summary>
/// The three-valued verdict. Helps: a significant gain, larger than every placebo's and than enough of them that a vector which
/// learnt nothing would manage it with a chance of at most alpha, not explained by how the choices are answered (for letters:
/// still there among items whose right letter is not the one the steered model favours). Hurts: a significant loss. Else no evidence.
/// </summary>
/// <remarks>
/// "Helps" takes all conditions at once, so it is a false alarm at most as often as the strictest of them: on labels that mean nothing
/// the test of the flips holds alpha, and where any push makes the model better the placebos hold it.
/// </remarks>
/// <param name="Conclusion">The verdict.</param>
/// <param name="Reasons">Why: what carried it, or every condition of "helps" that failed.</param>
/// <param name="Effect">Steered minus unsteered accuracy, -1 to 1; over several seeds its mean.</param>
/// <param name="Interval">Interval of the effect.</param>
/// <param name="PHelps">One-sided p of a gain, the one that was held against alpha.</param>
/// <param name="PHurts">One-sided p of a loss.</param>
/// <param name="Alpha">The chance of a false alarm that was allowed.</param>
/// <param name="Placebos">The placebos and their effects; over several seeds their means.</param>
/// <param name="PlaceboTest">Whether the real vector is more than one more of them.</param>
public sealed record Verdict(
    Conclusion Conclusion,
    IReadOnlyList<Reason> Reasons,
    double Effect,
    Interval Interval,
    double PHelps,
    double PHurts,
    double Alpha,
    IReadOnlyList<Placebo> Placebos,
    PlaceboTest PlaceboTest)
{
    /// <summary>The effect in percentage points.</summary>
    public double EffectInPoints => 100 * Effect;

    /// <summary>The reasons for people.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences => [.. Reasons.Select(reason => reason.Sentence)];

    /// <summary>The verdict in a line: <c>helps: +12.5 points (95% interval +9.1 to +15.8), p = 3.1e-09</c>.</summary>
    public string Summary => Invariant(
        $"{Words.Of(Conclusion)}: {Words.Points(Effect)} points ({100 * Interval.Level:0.##}% interval {Words.Of(Interval)}), p = {Words.P(Effect < 0 ? PHurts : PHelps)}");

    /// <summary>Judges what a run, or several seeds of it, showed.</summary>
    /// <param name="evidence">The numbers.</param>
    /// <param name="notSignificant">The reasons to give where neither p is below alpha.</param>
    internal static Verdict Judge(Evidence evidence, Func<IEnumerable<Reason>> notSignificant)
    {
        var placebos = PlaceboTest.Of(evidence.Effect, evidence.Draws);
        var (conclusion, reasons) = evidence switch
        {
            { Selection: SelectionOutcome.DoNotSteer } => (Conclusion.NoEvidence,
                [new(ReasonCode.ChoseNotToSteer, "validation chose not to steer: no cell of the grid beat the unsteered model")]),
            { Selection: SelectionOutcome.VectorUndefined } => (Conclusion.NoEvidence,
                [new(ReasonCode.VectorUndefined, "the vector is undefined: the unsteered model answered all or none of the training items right")]),
            _ when evidence.PHurts < evidence.Alpha => (Conclusion.Hurts,
                [new(ReasonCode.SignificantLoss, Invariant($"the loss of {Words.Points(evidence.Effect)} points is significant (one-sided p = {Words.P(evidence.PHurts)} < {evidence.Alpha})"))]),
            _ => WeighGain(evidence, placebos, notSignificant),
        };
        return new(conclusion, reasons, evidence.Effect, evidence.Interval, evidence.PHelps, evidence.PHurts, evidence.Alpha, evidence.Placebos, placebos);
    }

    private static (Conclusion, Reason[]) WeighGain(Evidence evidence, PlaceboTest placebos, Func<IEnumerable<Reason>> notSignificant)
    {
        var significant = evidence.PHelps < evidence.Alpha;
        var against = AgainstPlacebos(evidence, placebos);
        if (significant && against.Code == ReasonCode.BeatsEveryPlacebo && evidence.Condition.Holds)
        {
            return (Conclusion.Helps,
            [
                new(ReasonCode.SignificantGain, Invariant($"the gain of {Words.Points(evidence.Effect)} points is significant (one-sided p = {Words.P(evidence.PHelps)} < {evidence.Alpha})")),
                against,
                evidence.Condition.Reason,
            ]);
        }

        Reason[] failed = evidence.Effect > 0
            ? [
                .. against.Code == ReasonCode.BeatsEveryPlacebo ? Enumerable.Empty<Reason>() : [against],
                .. evidence.Condition.Holds ? Enumerable.Empty<Reason>() : [evidence.Condition.Reason],
            ]
            : [];
        return (Conclusion.NoEvidence, [.. significant ? [] : notSignificant(), .. failed]);
    }

    private static Reason AgainstPlacebos(Evidence evidence, PlaceboTest test)
    {
        var rivals = evidence.Placebos.Where(placebo => placebo.Effect + PlaceboTest.Rounding >= evidence.Effect).ToArray();
        var best = evidence.Placebos.MaxBy(placebo => placebo.Effect);
        var draws = $"{test.Draws} {(test.Kind == PlaceboKind.ShuffledLabels ? "with shuffled labels" : "random directions")}";
        return (rivals.Length, test.P <= evidence.Alpha + PlaceboTest.Rounding, test.AsGood) switch
        {
            ( > 0, _, _) => new(ReasonCode.PlaceboAsGood, $"{rivals.Length} of {evidence.Placebos.Count} placebos do as well, {best!.Name} with {Words.Points(best.Effect)} points"),
            (_, true, _) => new(ReasonCode.BeatsEveryPlacebo, $"the best of {evidence.Placebos.Count} placebos ({best!.Name}) reaches {Words.Points(best.Effect)} points; against the {draws} that is p = {Words.P(test.P)}"),
            (_, _, > 0) => new(ReasonCode.PlaceboAsGood, Invariant($"in single runs {test.AsGood} of the {draws} do as well (p = {Words.P(test.P)}, not at most {evidence.Alpha})")),
            _ => new(ReasonCode.TooFewPlacebos, Invariant($"too few placebos: a vector that learnt nothing beats {test.Draws} of them once in {test.Draws + 1} times, and {evidence.Alpha} takes {PlaceboTest.Fewest(evidence.Alpha)} of a kind")),
        };
    }
}
