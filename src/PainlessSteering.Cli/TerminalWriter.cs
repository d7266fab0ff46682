using System.Text;

namespace PainlessSteering.Cli;

/// <summary>
/// A writer through which everything goes that the tool says. No text of a file, a request or a model can command the terminal with it: what
/// <see cref="TerminalText"/> calls unsafe is replaced. Only what knows the terminal itself, such as tables with colours, writes to the writer below.
/// </summary>
/// <param name="below">The writer below.</param>
/// <param name="isTerminal">Whether a person sees it.</param>
internal sealed class TerminalWriter(TextWriter below, bool isTerminal) : TextWriter(below.FormatProvider)
{
    public override Encoding Encoding => below.Encoding;

    [System.Diagnostics.CodeAnalysis.AllowNull]
    public override string NewLine
    {
        get => below.NewLine;
        set => below.NewLine = value;
    }

    /// <summary>Makes standard output, standard error, or another writer safe.</summary>
    public static TerminalWriter Over(TextWriter writer) => writer as TerminalWriter ?? new TerminalWriter(
        writer, (ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected) || (ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected));

    /// <summary>Whether a person sees what is written.</summary>
    public static bool IsTerminal(TextWriter writer) => writer is TerminalWriter { Shows: true };

    /// <summary>The writer below, for what makes its texts safe by itself.</summary>
    public static TextWriter Below(TextWriter writer) => writer is TerminalWriter terminal ? terminal.Under : writer;

    /// <summary>Writes what a model or a template made: to a file or a program as it is, and safe to a terminal.</summary>
    public static void WriteMade(TextWriter writer, string text)
    {
        var target = IsTerminal(writer) ? writer : Below(writer);
        target.Write(text);
        target.Flush();
    }

    public override void Write(char value) => below.Write(TerminalText.Safe(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    public override void Write(string? value) => below.Write(value is null ? null : TerminalText.Safe(value));

    public override void WriteLine() => below.WriteLine();

    public override void WriteLine(string? value) => below.WriteLine(value is null ? null : TerminalText.Safe(value)); // In one piece, since other threads may write too.

    public override void Flush() => below.Flush();

    private bool Shows => isTerminal;

    private TextWriter Under => below;
}
