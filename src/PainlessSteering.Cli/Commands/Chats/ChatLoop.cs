using Spectre.Console;

namespace PainlessSteering.Cli.Commands.Chats;

/// <summary>Reads turns and commands line by line, and writes what comes of them.</summary>
/// <param name="session">The chat.</param>
/// <param name="steering">Its vector.</param>
/// <param name="output">Gets the answers.</param>
/// <param name="error">Gets everything else.</param>
internal sealed class ChatLoop(ChatSession session, ChatSteering steering, TextWriter output, TextWriter error)
{
    private const string Help = """
        /vector FILE     load a steering vector and switch it on; alone, say what steers
        /strength NUMBER steer with this strength, such as 4 or 10%; alone, switch the vector on again
        /off             go on unsteered
        /compare TEXT    answer unsteered and steered, side by side; alone, the last turn again
        /reset           forget the conversation
        /help            this list
        /exit, /quit     leave
        """;

    private static readonly TimeSpan Redrawn = TimeSpan.FromMilliseconds(100);

    private readonly bool _isTerminal = !Console.IsInputRedirected && TerminalWriter.IsTerminal(error);

    private bool _warned; // How to leave, since the last line.

    /// <summary>Runs until /exit, /quit or the end of the input.</summary>
    /// <param name="stop">Stops an answer and not the chat.</param>
    public async Task RunAsync(AnswerStop stop)
    {
        error.WriteLine($"{steering.Description}; /help lists the commands");
        while (ReadLine() is { } line && line is not ("/exit" or "/quit"))
        {
            try
            {
                await DoAsync(line, stop);
            }
            catch (PasException e)
            {
                ErrorReporter.Report(e, error);
            }
        }
    }

    /// <summary>What Ctrl-C does where no answer is written: the first time it says how to leave, since it may have been meant for an answer that just ended.</summary>
    /// <returns>False the second time.</returns>
    public bool StaysAtPrompt()
    {
        if (Interlocked.Exchange(ref _warned, true))
        {
            return false;
        }

        error.WriteLine("\nCtrl-C again, or /exit, ends the chat; what was typed is still there");
        ShowPrompt();
        return true;
    }

    private string? ReadLine()
    {
        ShowPrompt();
        var line = Console.In.ReadLine()?.Trim();
        _warned = false;
        return line;
    }

    private void ShowPrompt()
    {
        if (_isTerminal)
        {
            error.Write("> ");
        }
    }

    private async Task DoAsync(string line, AnswerStop stop)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (line[0] != '/')
        {
            await stop.RunAsync(cancellation => AnswerAsync(line, cancellation));
            return;
        }

        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (command, rest) = space < 0 ? (line, "") : (line[..space], line[space..].Trim());
        switch (command)
        {
            case "/vector" when rest.Length > 0:
                steering.Load(rest);
                break;
            case "/vector":
                break;
            case "/strength":
                steering.SetStrength(rest);
                break;
            case "/off":
                steering.SwitchOff();
                break;
            case "/compare":
                await stop.RunAsync(cancellation => CompareAsync(rest, cancellation));
                return;
            case "/reset":
                session.Reset();
                error.WriteLine("the conversation is forgotten");
                return;
            case "/help":
                error.WriteLine(Help);
                return;
            default:
                throw new PasException("no such command", found: command, remedy: "/help lists the commands");
        }

        error.WriteLine(steering.Description);
    }

    private async Task AnswerAsync(string text, CancellationToken cancellation)
    {
        await session.AnswerAsync(text, piece => TerminalWriter.WriteMade(output, piece), cancellation);
        output.WriteLine();
    }

    /// <summary>Two columns, which grow on a terminal and are written once elsewhere.</summary>
    private async Task CompareAsync(string text, CancellationToken cancellation)
    {
        var console = Screen.On(output);
        var table = Columns("", "");
        if (!console.Profile.Capabilities.Ansi)
        {
            await session.CompareAsync(text, (plain, steered) => table = Columns(plain, steered), cancellation);
            console.Write(table);
            return;
        }

        await console.Live(table).StartAsync(async live =>
        {
            var drawn = DateTime.MinValue;
            await session.CompareAsync(text, Draw, cancellation);
            live.UpdateTarget(table);

            void Draw(string plain, string steered)
            {
                table = Columns(plain, steered);
                if (DateTime.UtcNow - drawn > Redrawn)
                {
                    drawn = DateTime.UtcNow;
                    live.UpdateTarget(table);
                }
            }
        });
    }

    private static Table Columns(string plain, string steered)
    {
        var table = Screen.Table("unsteered", "steered");
        table.Expand = true;
        table.AddTexts(plain, steered);
        return table;
    }
}
