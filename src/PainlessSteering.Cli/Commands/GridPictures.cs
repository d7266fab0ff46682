using PainlessSteering.Cli.Pictures;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Cli.Commands;

/// <summary>Draws the validation grid of a fit.</summary>
internal static class GridPictures
{
    /// <summary>Saves the picture; a missing font is told and does not fail the fit.</summary>
    public static void Save(FitResult result, string title, string path, TextWriter error)
    {
        if (PictureFont.TryFind() is null)
        {
            error.WriteLine("no picture is drawn: no font is installed (apt-get install fonts-dejavu-core)");
            return;
        }

        GridPlot.Save(Grid(result, title), path);
        error.WriteLine($"picture: {path}");
    }

    /// <summary>The grid of a fit as the pictures want it: one panel for each method and site.</summary>
    public static ValidationGrid Grid(FitResult result, string title)
    {
        var first = result.Sites[0];
        var layers = first.Grid.Select(cell => cell.Layer).Distinct().ToList();
        var strengths = first.Grid.Select(cell => cell.Strength).Distinct().ToList();
        return new ValidationGrid(title, layers, strengths, first.BaselineValAccuracy, [.. result.Sites.SelectMany(site => site.Best.Select(best =>
        {
            var accuracy = new double[layers.Count, strengths.Count];
            foreach (var cell in site.Grid)
            {
                accuracy[layers.IndexOf(cell.Layer), strengths.IndexOf(cell.Strength)] = cell.ValAccuracy[best.Key];
            }

            var chosen = best.Value.Layer is { } layer ? (layers.IndexOf(layer), strengths.IndexOf(best.Value.Strength)) : ((int, int)?)null;
            return new GridPanel(best.Key, site.Site, accuracy, chosen);
        }))]);
    }
}
