using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Pictures;

namespace PainlessSteering.Tests.Reports.Pictures;

public class GridFigureTests
{
    [Fact]
    public void AFitBecomesAPanelForEveryMethodAndSite()
    {
        var fit = Fit(
            Site("residual", ("PASf", [[0.5, 0.6], [0.7, 0.4]], (5, 4)), ("iPASa", [[0.5, 0.5], [0.5, 0.5]], null)),
            Site("mlp", ("PASf", [[0.1, 0.2], [0.3, 0.4]], (9, 4)), ("iPASa", [[0.5, 0.5], [0.5, 0.9]], (5, 4))));
        var figure = GridFigure.Of(fit, "title");
        Assert.Equal([9, 5], figure.Layers);
        Assert.Equal([1, 4], figure.Strengths);
        Assert.Equal(
            ["PASf · residual: layer 5, strength 4, -10.0 points", "iPASa · residual: do not steer", "PASf · mlp: layer 9, strength 4, -30.0 points", "iPASa · mlp: layer 5, strength 4, +40.0 points"],
            figure.Panels.Select(figure.Heading));
        Assert.Equal(new[,] { { 0.5, 0.6 }, { 0.7, 0.4 } }, figure.Panels[0].Accuracy);
    }

    // Only what a figure shows; layers 9 and 5, strengths 1 and 4.
    private static FitResult Fit(params SiteResult[] sites) => new()
    {
        Sites = sites,
        ModelFingerprint = "",
        DataFingerprint = "",
        Protocol = default,
        Seed = 0,
        Sizes = [],
        TestItems = [],
        Methods = [],
        Selected = null!,
        Effect = null!,
        Placebos = [],
        BestConstantLetter = null!,
        Verdict = default,
        Reasons = [],
        Report = null!,
    };

    private static SiteResult Site(string site, params (string Name, double[][] Accuracy, (int Layer, double Strength)? Best)[] methods)
    {
        int[] layers = [9, 5];
        double[] strengths = [1, 4];
        var cells =
            from row in Enumerable.Range(0, 2)
            from column in Enumerable.Range(0, 2)
            select new GridCell(layers[row], strengths[column], methods.ToDictionary(m => m.Name, m => m.Accuracy[row][column]), null!);
        return new(
            site, 0, [], 0, [], 0.5, [], 0, [], [.. cells],
            methods.ToDictionary(m => m.Name, m => new BestCell(m.Best?.Layer, m.Best?.Strength ?? 0, 0, 0, [], [], 0, 0, 0)));
    }
}
