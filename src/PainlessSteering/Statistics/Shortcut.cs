namespace PainlessSteering.Statistics;

/// <summary>A way to answer without reading the question, such as always with the shortest choice.</summary>
/// <param name="Name">As in "always the shortest choice", without the always.</param>
/// <param name="Answers">The position that it answers for each item.</param>
public sealed record Shortcut(string Name, IReadOnlyList<int> Answers);

/// <summary>What a shortcut scores beside the steered model.</summary>
/// <param name="Name">Of the shortcut.</param>
/// <param name="Accuracy">Its own.</param>
/// <param name="P">One-sided exact McNemar p that the steered model is better.</param>
public sealed record ShortcutReport(string Name, double Accuracy, double P)
{
    internal static ShortcutReport Of(Shortcut shortcut, TestRun run)
    {
        var flips = Flips.Between(run.Answers, shortcut.Answers, run.Steered);
        return new(shortcut.Name, flips.UnsteeredAccuracy, McNemar.Of(flips).PHelps);
    }
}
