using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;
using PainlessSteering.Vectors;

namespace PainlessSteering.Cli.Commands.Chats;

/// <summary>The turns of a chat. An answer that fails leaves them as they were; one that is stopped stands as far as it came.</summary>
/// <param name="engine">Writes the answers.</param>
/// <param name="tokenizer">The model's.</param>
/// <param name="prompt">How the model wants a chat written.</param>
/// <param name="options">Length and sampling.</param>
/// <param name="steering">The vector.</param>
/// <param name="system">The system message; null for none.</param>
internal sealed class ChatSession(
    GenerationEngine engine, Tokenizer tokenizer, ChatPrompt prompt, GenerationOptions options, ChatSteering steering, string? system)
{
    private List<(string Role, string Content)> _turns = [];

    /// <summary>Forgets all turns.</summary>
    public void Reset() => _turns.Clear();

    /// <summary>Answers a turn of the user.</summary>
    /// <param name="text">What the user says.</param>
    /// <param name="onText">Given the answer piece by piece.</param>
    /// <param name="cancellation">Stops the answer.</param>
    /// <exception cref="PasException">The turn cannot be answered.</exception>
    public async Task AnswerAsync(string text, Action<string> onText, CancellationToken cancellation)
    {
        var answer = new StringBuilder();
        await ReadAsync(_turns, text, steering.Vectors, Take, cancellation);
        _turns.AddRange([("user", text), ("assistant", answer.ToString().Trim())]);

        void Take(string piece)
        {
            answer.Append(piece);
            onText(piece);
        }
    }

    /// <summary>Answers a turn unsteered and steered at once; the chat goes on with the answer that the steering in force would have given.</summary>
    /// <param name="text">What the user says; empty for the last turn again.</param>
    /// <param name="onText">Given both answers as far as they have come.</param>
    /// <param name="cancellation">Stops both.</param>
    /// <exception cref="PasException">There is no vector, or no turn, or it cannot be answered.</exception>
    public async Task CompareAsync(string text, Action<string, string> onText, CancellationToken cancellation)
    {
        var compared = steering.ToCompare;
        var before = _turns;
        if (text.Length == 0)
        {
            text = _turns.Count > 0 ? _turns[^2].Content : throw new PasException("there is no turn to compare", "/compare", "a message, or a turn before it");
            before = _turns[..^2];
        }

        var (plain, steered, both) = (new StringBuilder(), new StringBuilder(), new Lock());
        await Task.WhenAll(
            ReadAsync(before, text, [], piece => Take(plain, piece), cancellation),
            ReadAsync(before, text, compared, piece => Take(steered, piece), cancellation));
        _turns = [.. before, ("user", text), ("assistant", (steering.Vectors.Count > 0 ? steered : plain).ToString().Trim())];

        void Take(StringBuilder answer, string piece)
        {
            lock (both)
            {
                answer.Append(piece);
                onText(plain.ToString().Trim(), steered.ToString().Trim());
            }
        }
    }

    private async Task ReadAsync(List<(string Role, string Content)> turns, string text, IReadOnlyList<AppliedVector> vectors, Action<string> onText, CancellationToken cancellation)
    {
        var asked = options with { Steering = vectors, StopStrings = [.. options.StopStrings, .. prompt.StopStrings], TrimStart = true };
        try
        {
            await foreach (var piece in engine.StreamAsync(Encode(turns, text, cancellation), asked, cancellation))
            {
                onText(piece.Text);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private int[] Encode(List<(string Role, string Content)> turns, string text, CancellationToken cancellation)
    {
        var messages = new JsonArray();
        foreach (var (role, content) in turns.Prepend(("system", system!)).Append(("user", text)).Where(turn => turn.Item2 is not null))
        {
            messages.Add(new JsonObject { ["role"] = role, ["content"] = content });
        }

        return tokenizer.Encode(prompt.Render(new ChatTemplateInput(messages), cancellation), prompt.AddSpecialTokens);
    }
}
