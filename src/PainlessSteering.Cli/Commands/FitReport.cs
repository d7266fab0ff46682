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
        console.WriteText(Invariant($"unsteered accuracy: {Percent(site.TrainAccuracy)} training, {Percent(site.BaselineValAccuracy)} validation, {Percent(site.BaselineTestAccuracy)} test; always {result.BestConstantLetter.Letter}: {Percent(result.BestConstantLetter.Accuracy)}"));
        var table = Screen.Table("method", "site", "layer", "strength", "validation", "test", "effect, points", "p", "flips +/-", "verdict");
        foreach (var method in result.Methods)
        {
            var cell = method.Selected;
            table.AddTexts(
                method.Method,
                cell.Site ?? "-",
                cell.Layer is { } layer ? Invariant($"{layer}") : "-",
                cell.Layer is null ? "off" : Invariant($"{cell.Strength}"),
                Percent(cell.ValAccuracy),
                Percent(method.TestAccuracy),
                Effect(method.Effect),
                P(method.Effect.P),
                Invariant($"{method.WrongToRight}/{method.RightToWrong}"),
                Words(method.Verdict));
        }

        console.Write(table);
        WritePlacebos(console, result);
        var chosen = result.Selected;
        var what = chosen.Layer is null ? "unsteered" : Invariant($"{chosen.Method} at {chosen.Site} of layer {chosen.Layer}, strength {chosen.Strength}");
        WriteVerdict(console, result.Verdict, what, result.Effect, result.Reasons);
    }

    private static void WritePlacebos(IAnsiConsole console, FitResult result)
    {
        foreach (var kind in result.Placebos.GroupBy(placebo => placebo.Name[..placebo.Name.LastIndexOf(' ')]))
        {
            console.WriteText(Invariant($"placebos, {kind.Key}, selected the same way: ") + string.Join(", ", kind.Select(placebo => Signed(placebo.Points))) + " points");
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
        console.Write(new PlainText(Words(verdict).ToUpperInvariant(), new Style(colour, decoration: Decoration.Bold)));
        console.WriteText($": {what}, {Effect(effect)} points");
        foreach (var reason in reasons)
        {
            console.WriteText("  - " + reason);
        }
    }

    private static string Words(Conclusion verdict) => verdict switch
    {
        Conclusion.Helps => "helps",
        Conclusion.Hurts => "hurts",
        _ => "no evidence",
    };

    private static string Effect(EffectResult effect) => $"{Signed(effect.Points)} [{Signed(effect.Interval[0])}, {Signed(effect.Interval[1])}]";

    private static string P(double p) => p.ToString(p < 0.001 ? "0.#e+0" : "0.###", System.Globalization.CultureInfo.InvariantCulture);

    private static string Signed(double points) => points.ToString("+0.0;-0.0;0.0", System.Globalization.CultureInfo.InvariantCulture);

    private static string Percent(double share) => Invariant($"{100 * share:0.0}%");
}
