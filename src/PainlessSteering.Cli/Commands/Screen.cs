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
        var target = new AnsiConsoleOutput(TerminalWriter.Below(writer));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No, // Detection says yes for some writers that are none.
            Interactive = InteractionSupport.No,
        });
        if (!target.IsTerminal)
        {
            console.Profile.Width = FileWidth;
        }

        console.Pipeline.Attach(new SafeRendering());
        return console;
    }

    /// <summary>A table in the tool's style.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Plain(column)));
        }

        return table;
    }

    /// <summary>Adds a row of plain texts: data never is markup.</summary>
    public static void AddTexts(this Table table, params string[] cells) => table.AddRow(cells.Select(Plain));

    /// <summary>A box around a text.</summary>
    public static Panel Box(string text) => new(Plain(text)) { Border = BoxBorder.Rounded, Expand = true };

    /// <summary>Writes a line that holds data.</summary>
    public static void WriteText(this IAnsiConsole console, string line) => console.WriteLine(TerminalText.Safe(line));

    /// <summary>A text that is data: never markup, and as wide as it will be when it is safe.</summary>
    public static PlainText Plain(string text) => new(TerminalText.Safe(text));
}
