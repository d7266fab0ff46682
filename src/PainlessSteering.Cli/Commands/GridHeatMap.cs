using PainlessSteering.Reports.Pictures;
using PainlessSteering.Statistics;
using Spectre.Console;

namespace PainlessSteering.Cli.Commands;

/// <summary>
/// The validation grid in the terminal: the same cells as in <see cref="GridPlot"/>, in its colours where the terminal has them. The sign
/// of every number and the brackets around the chosen cell say the same without.
/// </summary>
internal static class GridHeatMap
{
    public static void Write(IAnsiConsole console, GridFigure grid)
    {
        var scale = new EffectScale(grid);
        console.Write(Screen.Plain(grid.Title));
        console.WriteLine();
        console.WriteLine($"Effect on validation accuracy in points; unsteered: {Words.Percent(grid.Baseline)}. [ ]: chosen cell.");
        console.WriteLine("Rows: layers; columns: strengths.");
        foreach (var panel in grid.Panels)
        {
            console.WriteLine();
            console.WriteLine(grid.Heading(panel));
            WritePanel(console, grid, panel, scale);
        }
    }

    private static void WritePanel(IAnsiConsole console, GridFigure grid, GridPanel panel, EffectScale scale)
    {
        var columns = grid.ColumnsByStrength.ToArray();
        string Text(int row, int column) => panel.Chosen == (row, column)
            ? $"[{Words.Points(grid.Effect(panel, row, column))}]"
            : $"{Words.Points(grid.Effect(panel, row, column))} ";
        var margin = grid.Layers.Max(layer => Words.Number(layer).Length) + 1;
        var width = grid.RowsFromTheTop.SelectMany(row => columns.Select(column => Text(row, column)))
            .Concat(grid.Strengths.Select(strength => $" {strength} ")).Max(text => text.Length);
        // Columns that the terminal is too narrow for go below.
        foreach (var block in columns.Chunk(Math.Max(1, (console.Profile.Width - margin) / width)))
        {
            console.WriteLine("".PadRight(margin) + string.Concat(block.Select(column => $"{grid.Strengths[column]} ".PadLeft(width))));
            foreach (var row in grid.RowsFromTheTop)
            {
                var line = new Paragraph($"{Words.Number(grid.Layers[row]).PadLeft(margin - 1)} ");
                foreach (var column in block)
                {
                    line.Append(Text(row, column).PadLeft(width), StyleOf(scale, grid.Effect(panel, row, column)));
                }

                console.Write(line);
                console.WriteLine();
            }
        }
    }

    private static Style StyleOf(EffectScale scale, double effect)
    {
        var (red, green, blue) = scale.ColorOf(effect);
        return new(scale.IsDark(effect) ? Color.White : Color.Black, new Color(red, green, blue));
    }
}
