using PainlessSteering.Statistics;
using ScottPlot;
using SkiaSharp;

namespace PainlessSteering.Reports.Pictures;

/// <summary>
/// The validation grid as a picture: methods side by side, sites below each other, one colour scale for all; the number in a cell is its
/// effect in points, the frame is around the chosen cell.
/// </summary>
internal sealed class GridPlot
{
    private const int CellWidth = 38, CellHeight = 22, Left = 58, Right = 14, Top = 34, Bottom = 50, Header = 58, Bar = 110;

    private readonly GridFigure grid;
    private readonly string font = PictureFont.Find();
    private readonly string[] methods;
    private readonly string[] sites;
    private readonly LabelStyle title;
    private readonly LabelStyle caption;
    private readonly int panelWidth;
    private readonly int panelHeight;
    private readonly int width;
    private readonly int height;

    private GridPlot(GridFigure grid)
    {
        this.grid = grid;
        methods = [.. grid.Panels.Select(panel => panel.Method).Distinct()];
        sites = [.. grid.Panels.Select(panel => panel.Site).Distinct()];
        // Wide enough for the heading of a panel, however few its cells.
        panelWidth = Left + Right + Math.Max(CellWidth * grid.Strengths.Count, 330);
        panelHeight = Top + Bottom + CellHeight * Math.Max(grid.Layers.Count, 7);
        title = Line(grid.Title, 17);
        var frame = grid.Panels.Any(panel => panel.Chosen is not null) ? " Frame: chosen cell." : "";
        caption = Line($"Effect on validation accuracy in points; unsteered: {Words.Percent(grid.Baseline)}.{frame}", 13);
        using var paint = Paint.NewDisposablePaint();
        var text = Math.Max(title.Measure(paint).Width, caption.Measure(paint).Width);
        width = Math.Max(methods.Length * panelWidth + Bar, Left + (int)Math.Ceiling(text) + Right);
        height = Header + sites.Length * panelHeight;
    }

    /// <summary>Writes the picture: <c>.png</c> at twice its size, or <c>.svg</c>.</summary>
    /// <exception cref="PasException">Another extension, no font, or the file cannot be written.</exception>
    public static void Save(GridFigure grid, string path)
    {
        var render = Renderer(path);
        AtomicFile.WriteAllBytes(path, render(new GridPlot(grid)));
    }

    /// <summary>Finds out before a long computation whether its picture can be drawn.</summary>
    /// <exception cref="PasException">The path has another extension.</exception>
    public static void EnsureDrawable(string path) => Renderer(path);

    private static Func<GridPlot, byte[]> Renderer(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => plot => plot.Png(),
        ".svg" => plot => plot.Svg(),
        var other => throw new PasException("cannot draw this kind of picture", path, ".png or .svg", other.Length == 0 ? "no extension" : other) { Code = ErrorCodes.NotSupported },
    };

    private byte[] Png()
    {
        const int Scale = 2;
        using var bitmap = new SKBitmap(width * Scale, height * Scale);
        using var canvas = new SKCanvas(bitmap);
        canvas.Scale(Scale);
        Draw(canvas);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private byte[] Svg() => PictureCanvas.Draw(width, height, font, Draw);

    /// <summary>The picture as SVG.</summary>
    /// <exception cref="PasException">There is no font.</exception>
    public static byte[] Svg(GridFigure grid) => new GridPlot(grid).Svg();

    private void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        var scale = new EffectScale(grid);
        foreach (var panel in grid.Panels)
        {
            PictureCanvas.Place(
                canvas, GridPanelPlot.Panel(grid, panel, scale, font), Array.IndexOf(methods, panel.Method) * panelWidth,
                Header + Array.IndexOf(sites, panel.Site) * panelHeight, panelWidth, panelHeight, new(Left, Right, Bottom, Top));
        }

        PictureCanvas.Place(
            canvas, GridPanelPlot.ColorBar(scale, font), methods.Length * panelWidth, Header, Bar, panelHeight, new(10, 80, Bottom, Top));
        using var paint = Paint.NewDisposablePaint();
        title.Render(canvas, new Pixel(Left, 22), paint);
        caption.Render(canvas, new Pixel(Left, 46), paint);
    }

    private LabelStyle Line(string text, float size)
        => new() { Text = text, FontName = font, FontSize = size, Alignment = Alignment.MiddleLeft };
}
