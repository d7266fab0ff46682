using PainlessSteering.Cli.Commands;
using PainlessSteering.Reports.Pictures;
using Spectre.Console;
using Spectre.Console.Testing;

namespace PainlessSteering.Tests.Cli.Commands;

public class GridHeatMapTests
{
    private static readonly GridFigure Grid = new("demo \e[31m", [1, 2], [0, 1, 4], 0.5,
    [
        new("PASf", "residual", new[,] { { 0.5, 0.512, 0.4 }, { 0.5, 0.55, double.NaN } }, (1, 1)),
        new("random direction", "residual", new[,] { { 0.5, 0.49, 0.3 }, { 0.5, 0.495, 0.3 } }, null),
    ]);

    private const string Expected = """
        demo �[31m
        Effect on validation accuracy in points; unsteered: 50.0%. [ ]: chosen cell.
        Rows: layers; columns: strengths.

        PASf: layer 2, strength 1, +5.0 points
              0     1     4
        2   0.0 [+5.0]
        1   0.0  +1.2 -10.0

        random direction: do not steer
              0     1     4
        2   0.0  -0.5 -20.0
        1   0.0  -1.0 -20.0

        """;

    [Fact]
    public void ReadsWithoutColour() => Assert.Equal(Expected, Rendered(new TestConsole().Width(80)));

    [Fact]
    public void PutsBelowWhatTheTerminalIsTooNarrowFor()
    {
        var text = Rendered(new TestConsole().Width(18));
        Assert.All(text.Split('\n').SkipWhile(line => line != "PASf: layer 2, ").Skip(2), line => Assert.InRange(line.Length, 0, 18));
    }

    [Fact]
    public void ColoursTheCells()
    {
        var console = new TestConsole().Width(80).Colors(ColorSystem.TrueColor).EmitAnsiSequences();
        GridHeatMap.Write(console, Grid);
        var (red, green, blue) = new EffectScale(Grid).ColorOf(0.05);
        Assert.Contains($"48;2;{red};{green};{blue}", console.Output, StringComparison.Ordinal);
    }

    private static string Rendered(TestConsole console)
    {
        GridHeatMap.Write(console, Grid);
        return string.Join('\n', console.Lines.Select(line => line.TrimEnd())) + "\n";
    }
}
