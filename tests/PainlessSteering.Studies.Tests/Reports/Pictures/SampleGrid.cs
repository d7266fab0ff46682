using PainlessSteering.Evaluation;
using PainlessSteering.Reports.Pictures;

namespace PainlessSteering.Tests.Reports.Pictures;

/// <summary>A grid with the shape of a real one: gains at middle layers and strengths, ruin at high strengths.</summary>
internal static class SampleGrid
{
    private static readonly int[] PaperLayers = [25, 22, 19, 17, 16, 15, 14, 13, 11, 8];
    private static readonly double[] PaperStrengths = [0.25, 0.5, 0.75, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 32];

    public static GridFigure Of(string[] methods, string[] sites, int[]? layers = null, double[]? strengths = null)
    {
        layers ??= PaperLayers;
        strengths ??= PaperStrengths;
        var panels =
            from site in sites.Select((name, i) => (name, i))
            from method in methods.Select((name, i) => (name, i))
            let accuracy = Accuracy(layers, strengths, (method.i + 1) / (site.i + 1.0))
            select new GridPanel(method.name, site.name, accuracy, Best(accuracy));
        return new("Llama-3.1-8B-Instruct · GenderIdentity", layers, [.. strengths.Select(SteeringStrength.FromDouble)], 0.6125, [.. panels]);
    }

    private static double[,] Accuracy(int[] layers, double[] strengths, double size)
    {
        var accuracy = new double[layers.Length, strengths.Length];
        for (var row = 0; row < layers.Length; row++)
        {
            for (var column = 0; column < strengths.Length; column++)
            {
                var push = strengths[column] * size * Math.Exp(-Math.Pow((layers[row] - 15) / 5.0, 2)) / 100;
                accuracy[row, column] = Math.Max(200, Math.Round(800 * (0.6125 + push - 6 * push * push - 0.003 * Math.Pow(strengths[column] / 10, 3)))) / 800;
            }
        }

        return accuracy;
    }

    private static (int Row, int Column) Best(double[,] accuracy)
        => (from row in Enumerable.Range(0, accuracy.GetLength(0))
            from column in Enumerable.Range(0, accuracy.GetLength(1))
            select (row, column)).MaxBy(cell => accuracy[cell.row, cell.column]);
}
