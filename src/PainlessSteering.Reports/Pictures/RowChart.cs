using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace PainlessSteering.Reports.Pictures;

/// <summary>A chart with one named row below the other and numbers along the bottom: long names stay legible.</summary>
internal sealed class RowChart
{
    private const int Right = 24, Header = 44, Bottom = 48, RowHeight = 34, AxisWidth = 680;

    private readonly IReadOnlyList<string> _rows;
    private readonly List<LegendItem> _legend = [];
    private readonly string _font;
    private readonly string _title;

    /// <param name="rows">Names from the top.</param>
    /// <param name="title">Above the chart.</param>
    /// <param name="axis">What the numbers are.</param>
    /// <param name="font">The font of all texts.</param>
    public RowChart(IReadOnlyList<string> rows, string title, string axis, string font)
    {
        (_rows, _title, _font) = (rows, title, font);
        Plot.Font.Set(font);
        Plot.XLabel(axis, 12);
        Plot.Axes.Bottom.Label.Bold = false;
        Plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range(0, rows.Count).Select(Y)], [.. rows]);
        Plot.Axes.Left.MajorTickStyle.Length = 0;
        Plot.Axes.Right.FrameLineStyle.Width = 0;
        Plot.Axes.Top.FrameLineStyle.Width = 0;
        Plot.Grid.YAxisStyle.IsVisible = false;
    }

    /// <summary>What to draw on.</summary>
    public Plot Plot { get; } = new();

    /// <summary>Height of a row's middle.</summary>
    public double Y(int row) => _rows.Count - 1 - row;

    /// <summary>A bar from one number to another.</summary>
    public void Bar(double y, double from, double to, double height, Color color)
    {
        var bar = Plot.Add.Rectangle(Math.Min(from, to), Math.Max(from, to), y - (height / 2), y + (height / 2));
        (bar.FillColor, bar.LineWidth) = (color, 0);
    }

    /// <summary>A line from one point to another.</summary>
    public void Line(double x1, double y1, double x2, double y2, Color color, float width = 1.5f)
    {
        var line = Plot.Add.Line(x1, y1, x2, y2);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (color, width, 0);
    }

    /// <summary>A mark.</summary>
    public void Mark(double x, double y, MarkerShape shape, Color color, float size = 7)
    {
        var mark = Plot.Add.Marker(x, y, shape, size, color);
        (mark.MarkerStyle.OutlineColor, mark.MarkerStyle.OutlineWidth) = (Palette.Ink, 1.5f);
    }

    /// <summary>An entry of the legend.</summary>
    public void Explain(string text, Color color, MarkerShape shape = MarkerShape.FilledSquare) => _legend.Add(
        new LegendItem { LabelText = text, MarkerStyle = new(shape, 8, color) { OutlineColor = Palette.Ink, OutlineWidth = shape == MarkerShape.FilledSquare ? 0 : 1.5f }, LineWidth = 0 });

    /// <summary>The chart as SVG.</summary>
    /// <param name="low">Left end of the axis.</param>
    /// <param name="high">Right end.</param>
    public byte[] Svg(double low, double high)
    {
        using var paint = Paint.NewDisposablePaint();
        var left = 16 + (int)Math.Ceiling(_rows.Max(row => new LabelStyle { Text = row, FontName = _font, FontSize = 12 }.Measure(paint).Width));
        Plot.Axes.SetLimits(low, high, -0.6, _rows.Count - 0.4);
        var (width, height) = (left + AxisWidth + Right, Header + Bottom + (RowHeight * _rows.Count) + 22);
        return PictureCanvas.Draw(width, height, _font, canvas =>
        {
            canvas.Clear(SKColors.White);
            PictureCanvas.Place(canvas, Plot, 0, 0, width, height, new(left, Right, Bottom, Header + 22));
            PictureCanvas.Title(canvas, _title, _font, left);
            PictureCanvas.Legend(canvas, [_legend], _font, left, Header);
        });
    }
}
