using System.Globalization;
using System.Xml.Linq;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Statistics;
using SkiaSharp;

namespace PainlessSteering.Tests.Reports.Pictures;

public class GridPlotTests
{
    private static readonly GridFigure Small = SampleGrid.Of(["PASf", "iPASa"], ["residual", "mlp"], [10, 15, 20], [1, 4, 16]);

    [Fact]
    public void TheSvgSaysAllThatTheGridKnows()
    {
        using var folder = new TempFolder();
        var elements = Saved(folder, "grid.svg", Small, file => XDocument.Load(file)).Descendants()
            .Where(element => element.Name.LocalName == "text").ToArray();
        Assert.All(elements, element =>
        {
            Assert.EndsWith(", sans-serif", element.Attribute("font-family")!.Value, StringComparison.Ordinal);
            Assert.All(element.Attribute("x")!.Value.Split(", "), x => double.Parse(x, CultureInfo.InvariantCulture));
        });
        var text = elements.Select(element => element.Value.Trim()).ToArray();
        Assert.Contains("Llama-3.1-8B-Instruct · GenderIdentity", text);
        Assert.Contains("Effect on validation accuracy in points; unsteered: 61.3%. Frame: chosen cell.", text);
        foreach (var panel in Small.Panels)
        {
            Assert.Contains(Small.Heading(panel), text);
            Assert.All(panel.Accuracy.Cast<double>(), accuracy =>
                Assert.Contains(Words.Points(accuracy - Small.Baseline).Replace('-', '−'), text));
        }

        // Four panels with three layers and three strengths each, and the axes' names.
        Assert.All(["10", "15", "20", "layer", "1", "4", "16", "strength"], tick => Assert.True(text.Count(t => t == tick) >= 4, tick));
        Assert.Contains("effect (points)", text);
    }

    [Fact]
    public void ThePngShowsTheCellsInTheColoursOfTheScaleAndAFrame()
    {
        using var folder = new TempFolder();
        var grid = Small with { Panels = [Small.Panels[0]] };
        using var bitmap = Saved(folder, "grid.png", grid, SKBitmap.Decode);
        var pixels = bitmap.Pixels.GroupBy(color => color).ToDictionary(color => color.Key, color => color.Count());
        var scale = new EffectScale(grid);
        Assert.All(grid.Panels[0].Accuracy.Cast<double>(), accuracy =>
        {
            var (red, green, blue) = scale.ColorOf(accuracy - grid.Baseline);
            Assert.True(pixels.GetValueOrDefault(new(red, green, blue)) > 1000);
        });
        using var bare = Saved(folder, "bare.png", grid with { Panels = [grid.Panels[0] with { Chosen = null }] }, SKBitmap.Decode);
        Assert.True(pixels[SKColors.Black] > bare.Pixels.Count(color => color == SKColors.Black) + 1000);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("svg")]
    public void TheSameGridGivesTheSameBytes(string extension)
    {
        using var folder = new TempFolder();
        Assert.Equal(
            Saved(folder, $"one.{extension}", Small, File.ReadAllBytes), Saved(folder, $"other.{extension}", Small, File.ReadAllBytes));
    }

    [Fact]
    public void CellsThatWereNotMeasuredStayEmpty()
    {
        using var folder = new TempFolder();
        var grid = new GridFigure("a < b & \"c\"", [1], [1, 2], 0.5, [new("PASf", "mlp", new[,] { { double.NaN, 0.75 } }, null)]);
        var text = Saved(folder, "grid.svg", grid, file => XDocument.Load(file).Root!.Value);
        Assert.Contains("+25.0", text, StringComparison.Ordinal);
        Assert.Contains(grid.Title, text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Frame", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherKindsOfPicturesAreRefused()
    {
        var error = Assert.Throws<PasException>(() => GridPlot.Save(Small, "grid.gif"));
        Assert.Equal("grid.gif: cannot draw this kind of picture; expected .png or .svg; found .gif", error.Message);
    }

    private static T Saved<T>(TempFolder folder, string name, GridFigure grid, Func<string, T> read)
    {
        Assert.SkipWhen(PictureFont.OfSystem(SKFontManager.Default.FontFamilies) is null, "needs a font");
        var file = folder.File(name);
        GridPlot.Save(grid, file);
        return read(file);
    }
}
