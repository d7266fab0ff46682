using static System.FormattableString;

namespace PainlessSteering.Statistics;

/// <summary>What a way of answering asks of a gain besides: that it is not had without reading the question.</summary>
/// <param name="Holds">Whether it is met.</param>
/// <param name="Reason">Why, or why not.</param>
internal sealed record AnswerCondition(bool Holds, Reason Reason)
{
    /// <summary>The condition of one run, or of several seeds of it.</summary>
    /// <param name="runs">All answered in one way.</param>
    /// <param name="alpha">Level of the tests.</param>
    public static AnswerCondition Of(IReadOnlyList<RunReport> runs, double alpha) => runs.All(run => run.Letters is not null)
        ? Letter(runs.Average(run => run.Letters!.OffFavoured.Effect))
        : Shortcut([.. runs.SelectMany(run => run.Shortcuts ?? [])], alpha);

    /// <summary>The effect is there among the items whose right letter is not the one that the steered model favours.</summary>
    public static AnswerCondition Letter(double effectOffFavoured)
    {
        var sentence = $"among items whose right letter is not the favoured one the effect is {Words.Points(effectOffFavoured)} points";
        return effectOffFavoured > 0
            ? new(true, new(ReasonCode.NotALetter, sentence))
            : new(false, new(ReasonCode.LetterExplains, "a letter explains it: " + sentence));
    }

    /// <summary>The steered model is significantly better than every shortcut.</summary>
    public static AnswerCondition Shortcut(IReadOnlyList<ShortcutReport> shortcuts, double alpha)
    {
        var nearest = shortcuts.MaxBy(shortcut => shortcut.P)!;
        var told = $"always {nearest.Name} scores {Words.Percent(nearest.Accuracy)}";
        return nearest.P < alpha
            ? new(true, new(ReasonCode.NotAShortcut, Invariant($"{told}, and the steered model is better (one-sided p = {Words.P(nearest.P)} < {alpha})")))
            : new(false, new(ReasonCode.ShortcutExplains, Invariant($"a length explains it: {told}, and the steered model is not shown to be better (one-sided p = {Words.P(nearest.P)}, not below {alpha})")));
    }
}
