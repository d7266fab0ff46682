using System.Globalization;
using PainlessSteering.Studies.Tables;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace PainlessSteering.Reports.Pictures;

/// <summary>
/// Gain in accuracy against the seconds that it took to get there, on a logarithmic scale. A way has a shape and a method a colour;
/// methods of one fit take the same time, so they stand beside each other. What takes no time to make is a line across.
/// </summary>
internal static class CostChart
{
    private const int Width = 760, Height = 430;

    private static readonly Dictionary<string, MarkerShape> Shapes = new()
    {
        ["PAS"] = MarkerShape.FilledCircle,
        ["SFT"] = MarkerShape.FilledDiamond,
        ["SFT+PAS"] = MarkerShape.FilledSquare,
        ["ICL+PAS"] = MarkerShape.FilledTriangleUp,
    };

    /// <summary>Draws the chart.</summary>
    /// <param name="arms">What was tried.</param>
    /// <param name="title">Above it.</param>
    /// <param name="font">The font.</param>
    public static byte[] Svg(IReadOnlyList<ArmReport> arms, string title, string font)
    {
        var plot = new Plot();
        plot.Font.Set(font);
        plot.Title(title, 15);
        plot.Add.HorizontalLine(0, 1, Palette.Faint);
        var timed = arms.Where(arm => arm.Seconds > 0 && !double.IsNaN(arm.Effect)).ToArray();
        double[] times = [.. timed.Select(arm => Math.Log10(arm.Seconds!.Value))];
        var (first, last) = (times.DefaultIfEmpty(0).Min(), times.DefaultIfEmpty(0).Max());
        var apart = 0.02 * Math.Max(0.2, last - first);
        string?[] methods = [.. timed.Select(Method).Where(method => method is not null).Distinct()];
        foreach (var (arm, x) in timed.Zip(times))
        {
            var series = Array.IndexOf(methods, Method(arm));
            var color = series < 0 ? Palette.Ink : Palette.Of(series);
            Add(plot, arm, series < 0 ? x : x + (apart * (series - ((methods.Length - 1) / 2.0))), color);
        }

        foreach (var arm in arms.Where(arm => arm.Seconds is null && arm.Parameters == 0 && !double.IsNaN(arm.Effect)))
        {
            var line = plot.Add.HorizontalLine(100 * arm.Effect, 1.5f, Palette.Ink, LinePattern.Dotted);
            line.LegendText = $"{arm.Arm}, nothing to make";
        }

        double[] ticks = [.. from power in Enumerable.Range(-2, 8) from step in last - first > 1 ? new[] { 1, 2, 5.0 } : [1, 1.5, 2, 3, 5, 7] select step * Math.Pow(10, power) into seconds where Math.Log10(seconds) >= first - 0.35 && Math.Log10(seconds) <= last + 0.35 select seconds];
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. ticks.Select(Math.Log10)], [.. ticks.Select(seconds => seconds.ToString("0.##", CultureInfo.InvariantCulture))]);
        plot.Axes.Bottom.Label.Text = "seconds to make (logarithmic)";
        plot.Axes.Left.Label.Text = "gain in test accuracy (percentage points)";
        plot.Axes.Margins(0.15, 0.15);
        plot.ShowLegend(Edge.Right);
        return PictureCanvas.Draw(Width, Height, font, canvas => plot.Render(canvas, Width, Height));
    }

    private static void Add(Plot plot, ArmReport arm, double x, Color color)
    {
        var marker = plot.Add.Marker(x, 100 * arm.Effect, Shapes.GetValueOrDefault(arm.Arm.Split(", ")[0], MarkerShape.FilledCircle), 11, color);
        marker.LegendText = arm.Arm;
        if (arm.Interval is { } interval)
        {
            var line = plot.Add.Line(x, Math.Max(-105, 100 * interval.Low), x, Math.Min(105, 100 * interval.High));
            (line.Color, line.LineWidth) = (color, 1.5f);
        }
    }

    /// <summary>The method in an arm's name, or null.</summary>
    private static string? Method(ArmReport arm) => arm.Arm.Split(", ") is [_, var method] ? method : null;
}
