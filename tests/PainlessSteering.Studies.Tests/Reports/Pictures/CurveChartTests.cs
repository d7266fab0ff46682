using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PainlessSteering.Reports.Pictures;
using ScottPlot;

namespace PainlessSteering.Tests.Reports.Pictures;

public class CurveChartTests
{
    [Fact]
    public void ALegendKeepsItsOrderAndGoesOnInTheNextLine()
    {
        LegendItem[] items = [.. Enumerable.Range(1, 9).Select(number => new LegendItem { LabelText = $"setting {number}", LineWidth = 2 })];
        Assert.Single(PictureCanvas.Wrapped(items, PictureFont.Find(), 5000));
        var lines = PictureCanvas.Wrapped(items, PictureFont.Find(), 300);
        Assert.InRange(lines.Count, 3, 5);
        Assert.Equal(items, lines.SelectMany(line => line));
        Assert.All(PictureCanvas.Wrapped(items, PictureFont.Find(), 1), line => Assert.Single(line)); // Too narrow for any: one a line.
    }

    [Fact]
    public void PanelsShareTheirAxisAndNoNameLeavesThePicture()
    {
        static CurveChart.Line Line(string name, double from, CurveChart.Kind kind = CurveChart.Kind.Steered) => new(name, [(1, from, 0), (2, from + 0.1, 0)], kind);
        var names = Enumerable.Range(1, 8).Select(number => $"a setting of some length {number}").ToArray();
        CurveChart.Panel[] panels = [new("layer", [.. names.Select(name => Line(name, 0.8))]), new("strength", [Line(names[0], 0.2), Line("unsteered", 0.2, CurveChart.Kind.Unsteered)])];
        using var svg = new MemoryStream(CurveChart.Svg("title", "accuracy", panels, PictureFont.Find()));
        var root = XDocument.Load(svg).Root!;
        var texts = root.Descendants().Where(element => element.Name.LocalName == "text").Select(element => (Text: element.Value.Trim(), End: EndOf(element))).ToArray();
        Assert.All(names.Append("unsteered"), name => Assert.InRange(texts.Single(text => text.Text == name).End, 0, Number(root.Attribute("width")!.Value)));
        Assert.All(new[] { "20", "90" }, end => Assert.Equal(2, texts.Where(text => text.Text == end).Distinct().Count())); // Lowest of one panel, highest of the other.
    }

    /// <summary>Where the last letter of a text begins, unless the text is turned.</summary>
    private static double EndOf(XElement text) =>
        Number(text.Attribute("x")!.Value.Split(',')[^1]) + (Regex.Match(text.Attribute("transform")?.Value ?? "", @"^translate\(([-\d.]+)") is { Success: true } shift ? Number(shift.Groups[1].Value) : 0);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
