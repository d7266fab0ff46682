using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace PainlessSteering.Reports.Pictures;

/// <summary>Puts several plots onto one canvas, and canvases into SVG: the same drawing, the same bytes.</summary>
internal static partial class PictureCanvas
{
    /// <summary>Height of a line of a legend, in pixels.</summary>
    public const int LegendLine = 18;

    private const int SampleWidth = 20, Gap = 18;

    /// <summary>Draws an SVG file.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="font">The font of all texts.</param>
    /// <param name="draw">Draws on the canvas.</param>
    public static byte[] Draw(int width, int height, string font, Action<SKCanvas> draw)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(width, height), stream))
        {
            draw(canvas);
        }

        return Encoding.UTF8.GetBytes(Tidied(Encoding.UTF8.GetString(stream.ToArray()), font));
    }

    /// <summary>Draws a plot into a rectangle of a canvas that other plots are on too.</summary>
    public static void Place(SKCanvas canvas, Plot plot, int x, int y, int width, int height, PixelPadding padding)
    {
        plot.Layout.Fixed(padding);
        plot.RenderManager.ClearCanvasBeforeEachRender = false; // The other panels are on it.
        plot.Render(canvas, new PixelRect(x, x + width, y + height, y));
    }

    /// <summary>A title above plots.</summary>
    public static void Title(SKCanvas canvas, string text, string font, int x)
    {
        using var paint = Paint.NewDisposablePaint();
        new LabelStyle { Text = text, FontName = font, FontSize = 15, Alignment = Alignment.MiddleLeft, ForeColor = Palette.Ink }.Render(canvas, new Pixel(x, 20), paint);
    }

    /// <summary>Parts a legend into lines that are not wider than the picture.</summary>
    public static IReadOnlyList<IReadOnlyList<LegendItem>> Wrapped(IEnumerable<LegendItem> items, string font, int width)
    {
        using var paint = Paint.NewDisposablePaint();
        List<List<LegendItem>> lines = [[]];
        var at = 0f;
        foreach (var item in items)
        {
            var needed = SampleWidth + Label(item, font).Measure(paint).Width;
            if (at + needed > width && lines[^1].Count > 0)
            {
                lines.Add([]);
                at = 0;
            }

            lines[^1].Add(item);
            at += needed + Gap;
        }

        return lines;
    }

    /// <summary>A legend: a sample of each item, and its name.</summary>
    public static void Legend(SKCanvas canvas, IReadOnlyList<IReadOnlyList<LegendItem>> lines, string font, int x, int y)
    {
        using var paint = Paint.NewDisposablePaint();
        foreach (var line in lines)
        {
            float at = x;
            foreach (var item in line)
            {
                if (item.LineWidth > 0)
                {
                    Drawing.DrawLine(canvas, paint, new PixelLine(at - 4, y, at + 14, y), item.LineStyle);
                }

                Drawing.DrawMarker(canvas, paint, new Pixel(at + 5, y), item.MarkerStyle);
                var label = Label(item, font);
                label.Render(canvas, new Pixel(at + SampleWidth, y), paint);
                at += SampleWidth + Gap + label.Measure(paint).Width;
            }

            y += LegendLine;
        }
    }

    private static LabelStyle Label(LegendItem item, string font) => new() { Text = item.LabelText, FontName = font, FontSize = 12, Alignment = Alignment.MiddleLeft, ForeColor = Palette.Ink };

    // Skia numbers its clip paths on and on through the life of the process, ends lists of positions with a comma, and names no second
    // font for readers who lack the first.
    private static string Tidied(string svg, string font)
    {
        var family = Fonts.GetTypeface(font, bold: false, italic: false).FamilyName;
        Dictionary<string, string> names = [];
        svg = ClipName().Replace(svg, name => names.TryGetValue(name.Value, out var known) ? known : names[name.Value] = $"clip{names.Count}");
        return TrailingComma().Replace(svg, "$1").Replace($" font-family=\"{family}\"", $" font-family=\"{family}, sans-serif\"");
    }

    [GeneratedRegex(@"(?<=<clipPath id=""|url\(#)cl_[0-9a-f]+")]
    private static partial Regex ClipName();

    [GeneratedRegex(@"( [xy]=""[^""]*), (?="")")]
    private static partial Regex TrailingComma();
}
