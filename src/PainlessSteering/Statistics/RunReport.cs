using System.Text.Json.Serialization;
using static System.FormattableString;

namespace PainlessSteering.Statistics;

/// <summary>Everything that one run on the test split shows, ready for a report.</summary>
/// <param name="Verdict">Helps, hurts or no evidence, and why.</param>
/// <param name="Selection">What validation chose.</param>
/// <param name="Flips">Counts of the paired predictions, and both accuracies.</param>
/// <param name="McNemar">The exact test of the flips.</param>
/// <param name="SmallestDetectableEffect">
/// The smallest effect that this many items could have shown: the fewest wrong-to-right flips that are significant when nothing turns
/// wrong, over the number of items. Above 1 where no result could have been significant.
/// </param>
/// <param name="Letters">What letters alone explain; null where letters do not answer.</param>
public sealed record RunReport(
    Verdict Verdict, SelectionOutcome Selection, Flips Flips, McNemar McNemar, double SmallestDetectableEffect, LetterReport? Letters)
{
    /// <summary>What answers that need no reading score; null where letters answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShortcutReport>? Shortcuts { get; init; }

    /// <summary>Judges a run by method.md, "The verdict": exact McNemar test, placebos, letters.</summary>
    /// <exception cref="ArgumentException">The lists of the run do not fit together.</exception>
    public static RunReport Of(TestRun run)
    {
        run.Check();
        var flips = Flips.Between(run.Answers, run.Unsteered, run.Steered);
        var mcNemar = McNemar.Of(flips);
        var letters = run.Shortcuts is null ? LetterReport.Of(run) : null;
        IReadOnlyList<ShortcutReport>? shortcuts = run.Shortcuts is null ? null : [.. run.Shortcuts.Select(shortcut => ShortcutReport.Of(shortcut, run))];
        var evidence = new Evidence(
            run.Selection, flips.Effect, Bootstrap.PairedEffect(flips), mcNemar.PHelps, mcNemar.PHurts, run.Alpha, run.Placebos, run.Placebos,
            letters is null ? AnswerCondition.Shortcut(shortcuts!, run.Alpha) : AnswerCondition.Letter(letters.OffFavoured.Effect));
        return new(
            Verdict.Judge(evidence, () => NotSignificant(flips, mcNemar, run.Alpha)),
            run.Selection, flips, mcNemar, (double)McNemar.FewestFlips(run.Alpha) / flips.Items, letters)
        { Shortcuts = shortcuts };
    }

    private static IEnumerable<Reason> NotSignificant(Flips flips, McNemar mcNemar, double alpha)
    {
        yield return new(ReasonCode.NotSignificant, Invariant(
            $"not significant: {flips.WrongToRight} of {flips.Items} items turned right and {flips.RightToWrong} wrong (one-sided p = {Words.P(mcNemar.PHelps)}, not below {alpha})"));

        var fewest = McNemar.FewestFlips(alpha);
        var net = flips.WrongToRight - flips.RightToWrong;
        var room = flips.WrongToRight + flips.BothWrong;
        if (room < fewest)
        {
            yield return new(ReasonCode.TooFewItems,
                $"too few items: a gain takes {fewest} or more items turned right, and the unsteered model gets only {room} of {flips.Items} wrong");
        }
        else if (net > 0 && net < fewest)
        {
            yield return new(ReasonCode.TooFewItems,
                $"too few items for an effect this small: the smallest that {flips.Items} items could have shown is {Words.Points((double)fewest / flips.Items)} points");
        }
    }
}
