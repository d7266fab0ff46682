using PainlessSteering.Engine.Sources;
using Spectre.Console;

namespace PainlessSteering.Cli.Commands;

/// <summary>Everything that a model's files hold and that is not used.</summary>
internal static class UnusedReport
{
    /// <summary>Writes it with the reasons, if there is any.</summary>
    public static void WriteUnused(this IAnsiConsole console, IModelSource model)
    {
        var table = Screen.Table("not used of the model", "because");
        foreach (var part in model.Unused)
        {
            table.AddTexts(Path.GetRelativePath(Directory.Exists(model.Path) ? model.Path : Path.GetDirectoryName(model.Path)!, part.Name), part.Reason);
        }

        if (table.Rows.Count > 0)
        {
            console.Write(table);
        }
    }
}
