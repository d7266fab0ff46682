using static System.FormattableString;

namespace PainlessSteering.Studies.Tables;

/// <summary>Names settings by what tells them apart, and by nothing else.</summary>
internal static class SettingTitle
{
    private static readonly Func<StudyCell, string>[] Parts =
    [
        cell => cell.Model,
        cell => cell.Task,
        cell => cell.Site,
        cell => cell.Split,
        cell => Invariant($"{cell.Icl} exemplars"),
        cell => cell.Sft is null ? "not fine-tuned" : "fine-tuned",
        cell => cell.Weights,
        cell => cell.DataType,
        cell => cell.Protocol.ToString().ToLowerInvariant(),
    ];

    /// <summary>A name for every cell but for its seed; the task is always said.</summary>
    public static Func<StudyCell, string> Of(IReadOnlyList<StudyCell> cells)
    {
        var varying = Parts.Where((part, index) => index == 1 || cells.Select(part).Distinct().Count() > 1).ToArray();
        return cell => string.Join(" · ", varying.Select(part => part(cell)));
    }
}
