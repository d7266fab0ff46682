using PainlessSteering.Statistics;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace PainlessSteering.Reports.Pictures;

/// <summary>Accuracies as lines over layers, strengths or sizes, which stand evenly spaced; panels side by side share their legend.</summary>
internal static class CurveChart
{
    private const int Width = 440, Height = 300, Left = 64, Right = 16, Bottom = 48, Header = 48;

    /// <summary>What a line is about, and so how it is drawn.</summary>
    internal enum Kind
    {
        /// <summary>Steered, by us: solid.</summary>
        Steered,

        /// <summary>Not steered: dotted.</summary>
        Unsteered,

        /// <summary>The paper's: dashed.</summary>
        Paper,
    }

    /// <summary>A line; accuracies are shares of 1.</summary>
    /// <param name="Name">In the legend; lines of one name have one colour, and ink is for those without a solid line.</param>
    /// <param name="Points">Where, how accurate, and half the interval's width (0 for none).</param>
    /// <param name="Kind">What it is about.</param>
    internal sealed record Line(string Name, IReadOnlyList<(double At, double Accuracy, double Half)> Points, Kind Kind = Kind.Steered)
    {
        /// <summary>A line without intervals.</summary>
        public static Line Of(string name, IEnumerable<(double At, double Accuracy)> points, Kind kind = Kind.Steered) => new(name, [.. points.Select(point => (point.At, point.Accuracy, 0.0))], kind);

        /// <summary>How it is drawn.</summary>
        public LinePattern Pattern => Kind switch { Kind.Unsteered => LinePattern.Dotted, Kind.Paper => LinePattern.Dashed, _ => LinePattern.Solid };
    }

    /// <summary>One of the plots.</summary>
    /// <param name="Axis">What stands along the bottom.</param>
    /// <param name="Lines">The lines.</param>
    internal sealed record Panel(string Axis, IReadOnlyList<Line> Lines);

    /// <summary>Draws the panels.</summary>
    public static byte[] Svg(string title, string axis, IReadOnlyList<Panel> panels, string font)
    {
        var lines = panels.SelectMany(panel => panel.Lines).ToArray();
        string[] names = [.. lines.Where(line => line.Kind == Kind.Steered).Select(line => line.Name).Distinct()];
        Color Of(Line line) => Array.IndexOf(names, line.Name) is >= 0 and var index ? Palette.Of(index) : Palette.Ink;
        var others = lines.Where(line => line.Kind != Kind.Steered).DistinctBy(line => line.Kind).OrderByDescending(line => line.Kind);
        var legend = PictureCanvas.Wrapped(
            [.. names.Select((name, index) => Sample(name, Palette.Of(index), LinePattern.Solid)), .. others.Select(line => Sample(line.Kind.ToString().ToLowerInvariant(), Palette.Ink, line.Pattern))],
            font, (panels.Count * Width) - Left);
        var header = Header + (PictureCanvas.LegendLine * legend.Count);
        var plots = panels.Select(panel => Draw(panel, axis, Of, font)).ToArray();
        var limits = plots.Select(plot => plot.Axes.GetLimits()).ToArray();
        foreach (var plot in plots)
        {
            plot.Axes.SetLimitsY(limits.Min(limit => limit.Bottom), limits.Max(limit => limit.Top)); // Panels are compared.
        }

        return PictureCanvas.Draw(panels.Count * Width, header + Height, font, canvas =>
        {
            canvas.Clear(SKColors.White);
            foreach (var (plot, index) in plots.Select((plot, index) => (plot, index)))
            {
                PictureCanvas.Place(canvas, plot, index * Width, header, Width, Height, new(Left, Right, Bottom, 8));
            }

            PictureCanvas.Title(canvas, title, font, Left);
            PictureCanvas.Legend(canvas, legend, font, Left, Header);
        });
    }

    private static LegendItem Sample(string name, Color color, LinePattern pattern) =>
        new() { LabelText = name, LineColor = color, LinePattern = pattern, LineWidth = 2, MarkerShape = MarkerShape.None };

    private static Plot Draw(Panel panel, string axis, Func<Line, Color> colorOf, string font)
    {
        var plot = new Plot();
        plot.Font.Set(font);
        double[] at = [.. panel.Lines.SelectMany(line => line.Points.Select(point => point.At)).Distinct().Order()];
        foreach (var line in panel.Lines)
        {
            var (xs, ys) = (line.Points.Select(point => (double)Array.IndexOf(at, point.At)).ToArray(), line.Points.Select(point => 100 * point.Accuracy).ToArray());
            if (line.Points.Any(point => point.Half > 0))
            {
                var band = plot.Add.FillY(xs, [.. line.Points.Select(point => Math.Max(0, 100 * (point.Accuracy - point.Half)))], [.. line.Points.Select(point => Math.Min(100, 100 * (point.Accuracy + point.Half)))]);
                (band.FillColor, band.LineWidth, band.MarkerSize) = (colorOf(line).WithAlpha(0.15), 0, 0);
            }

            var curve = plot.Add.Scatter(xs, ys, colorOf(line));
            (curve.LineWidth, curve.MarkerSize, curve.LinePattern) = (line.Kind == Kind.Unsteered ? 1.5f : 2, line.Kind == Kind.Steered ? 6 : 0, line.Pattern);
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([.. at.Select((_, index) => (double)index)], [.. at.Select(Words.Number)]);
        plot.XLabel(panel.Axis, 12);
        plot.YLabel(axis, 12);
        plot.Axes.Bottom.Label.Bold = plot.Axes.Left.Label.Bold = false;
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Margins(0.06, 0.12);
        plot.Axes.AutoScale();
        return plot;
    }
}
