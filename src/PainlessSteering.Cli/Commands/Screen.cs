using Spectre.Console;
using PlainText = Spectre.Console.Text;

namespace PainlessSteering.Cli.Commands;

/// <summary>Tables and panels on the writer that a verb was given.</summary>
internal static class Screen
{
    private const int FileWidth = 120;

    /// <summary>A console on the writer: with colours and the window's width on a terminal, plain and of fixed width elsewhere.</summary>
    public static IAnsiConsole On(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Interactive = InteractionSupport.No });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = FileWidth;
        }

        return console;
    }

    /// <summary>A table in the tool's style.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new PlainText(column)));
        }

        return table;
    }

    /// <summary>Adds a row of plain texts: data never is markup.</summary>
    public static void AddTexts(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new PlainText(cell)));

    /// <summary>A box around a text.</summary>
    public static Panel Box(string text) => new(new PlainText(text)) { Border = BoxBorder.Rounded, Expand = true };
}
