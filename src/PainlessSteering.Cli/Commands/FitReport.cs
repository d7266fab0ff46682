using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using Spectre.Console;
using static System.FormattableString;
using PlainText = Spectre.Console.Text;

namespace PainlessSteering.Cli.Commands;

/// <summary>What a fit found, for people: the verdict, what it rests on, and each method.</summary>
internal static class FitReport
{
    public static void Write(IAnsiConsole console, FitResult result)
    {
        var site = result.Sites[0];
        console.WriteText(Invariant($"{result.Sizes[0]} training, {result.Sizes[1]} validation and {result.Sizes[2]} test items; protocol {result.Protocol.ToString().ToLowerInvariant()}, seed {result.Seed}"));
        console.WriteText(Invariant($"unsteered accuracy: {Words.Percent(site.TrainAccuracy)} training, {Words.Percent(site.BaselineValAccuracy)} validation, {Words.Percent(site.BaselineTestAccuracy)} test; {WithoutReading(result.BestConstantLetter, result.Report, ":")}"));
        var table = Screen.Table("method", "site", "layer", "strength", "validation", "test", "effect, points", "p", "flips +/-", "verdict");
        foreach (var method in result.Methods)
        {
            var cell = method.Selected;
            table.AddTexts(
                method.Method,
                cell.Site ?? "-",
                cell.Layer is { } layer ? Words.Number(layer) : "-",
                cell.Layer is null ? "off" : cell.StrengthInWords,
                Words.Percent(cell.ValAccuracy),
                Words.Percent(method.TestAccuracy),
                InWords(method.Effect),
                Words.P(method.Effect.P),
                Invariant($"{method.WrongToRight}/{method.RightToWrong}"),
                Words.Of(method.Verdict));
        }

        console.Write(table);
        WritePlacebos(console, result);
        WriteParts(console, result.Parts);
        var chosen = result.Selected;
        var what = chosen.Layer is null ? "unsteered" : Invariant($"{chosen.Method} at {chosen.Site} of layer {chosen.Layer}, strength {chosen.StrengthInWords}");
        WriteVerdict(console, result.Verdict, what, result.Effect, result.Reasons);
    }

    /// <summary>What answering without reading the question scores.</summary>
    public static string WithoutReading(ConstantLetter? letter, RunReport report, string colon) => string.Join(", ", letter is null
        ? report.Shortcuts!.Select(shortcut => $"always {shortcut.Name}{colon} {Words.Percent(shortcut.Accuracy)}")
        : [$"always {letter.Letter}{colon} {Words.Percent(letter.Accuracy)}"]);

    private static void WriteParts(IAnsiConsole console, IReadOnlyList<PartResult> parts)
    {
        if (parts.Count > 0)
        {
            var table = Screen.Table("part", "test items", "unsteered", "steered", "bias score, unsteered", "steered");
            foreach (var part in parts)
            {
                table.AddTexts(part.Part, Words.Number(part.Items), Words.Percent(part.UnsteeredAccuracy), Words.Percent(part.SteeredAccuracy), Score(part.UnsteeredBias), Score(part.SteeredBias));
            }

            console.Write(table);
        }

        static string Score(double? bias) => bias is { } score ? Invariant($"{score:0.00}") : "-";
    }

    private static void WritePlacebos(IAnsiConsole console, FitResult result)
    {
        foreach (var kind in result.Placebos.GroupBy(placebo => placebo.Name[..placebo.Name.LastIndexOf(' ')]))
        {
            console.WriteText(Invariant($"placebos, {kind.Key}, selected the same way: ") + string.Join(", ", kind.Select(placebo => Points(placebo.Points))) + " points");
        }
    }

    /// <summary>The verdict in a line, and its reasons.</summary>
    public static void WriteVerdict(IAnsiConsole console, Conclusion verdict, string what, EffectResult effect, IReadOnlyList<string> reasons)
    {
        var colour = verdict switch
        {
            Conclusion.Helps => Color.Green,
            Conclusion.Hurts => Color.Red,
            _ => Color.Yellow,
        };
        console.Write(new PlainText(Words.Of(verdict).ToUpperInvariant(), new Style(colour, decoration: Decoration.Bold)));
        console.WriteText($": {what}, {InWords(effect)} points");
        foreach (var reason in reasons)
        {
            console.WriteText("  - " + reason);
        }
    }

    private static string InWords(EffectResult effect) => $"{Points(effect.Points)} [{Points(effect.Interval[0])}, {Points(effect.Interval[1])}]";

    // Results hold points, words are made of shares.
    private static string Points(double points) => Words.Points(points / 100);
}
