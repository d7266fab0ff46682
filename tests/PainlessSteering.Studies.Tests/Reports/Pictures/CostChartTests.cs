using System.Xml.Linq;
using PainlessSteering.Reports.Pictures;
using PainlessSteering.Statistics;
using PainlessSteering.Studies.Tables;
using PainlessSteering.Tests.Studies.Tables;

namespace PainlessSteering.Tests.Reports.Pictures;

public class CostChartTests
{
    [Fact]
    public void EveryWayIsNamedAlsoTheOneThatTakesNoTime()
    {
        var cell = new MadeStudy().Task("t", null, [1]).Results.Results[0].Cell;
        ArmReport[] arms =
        [
            new(cell, "SFT", 0.1, new Interval(-0.1, 0.3, 0.95), 4, 1e9, 100, 1000),
            new(cell, "ICL", 0.05, null, null, null, 0, 0),
            new(cell, "PAS, PASf", 0.2, null, 1.5, 1e9, 0, 100),
            new(cell, "PAS, iPASa", 0.3, null, 1.5, 1e9, 0, 100),
        ];
        using var svg = new MemoryStream(CostChart.Svg(arms, "cost", PictureFont.Find()));
        var texts = XDocument.Load(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim()).ToArray();
        Assert.All(new[] { "SFT", "ICL, nothing to make", "PAS, PASf", "PAS, iPASa", "2", "3" }, text => Assert.Contains(text, texts));
    }
}
