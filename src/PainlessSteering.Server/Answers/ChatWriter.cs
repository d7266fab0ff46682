using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>Writes the answers of a chat, whole or in pieces.</summary>
/// <param name="head">Stands at the top.</param>
/// <param name="texts">Texts of tokens.</param>
/// <param name="choices">How many answers.</param>
/// <param name="promptTokens">Tokens of the chat.</param>
/// <param name="includeUsage">Whether a last piece tells the usage.</param>
internal sealed class ChatWriter(AnswerHead head, TokenTexts texts, int choices, int promptTokens, bool includeUsage)
{
    private const string Assistant = "assistant";

    /// <summary>The whole document.</summary>
    public async Task<ChatAnswer> WholeAsync(IAsyncEnumerable<AnswerPiece> pieces)
    {
        var answers = await GatheredAnswer.AllAsync(pieces, choices);
        return Answer(
            "chat.completion",
            [.. answers.Select((answer, i) => new ChatChoice(i, new ChatMessage(Assistant, answer.Text), null, ChatLogProbabilities.Of(answer.LogProbabilities, texts), ApiNames.Of(answer.FinishReason)))],
            new Usage(promptTokens, answers.Sum(answer => answer.Tokens.Count)));
    }

    /// <summary>One document for each piece.</summary>
    public async IAsyncEnumerable<ChatAnswer> ChunksAsync(IAsyncEnumerable<AnswerPiece> pieces)
    {
        for (var i = 0; i < choices; i++)
        {
            yield return Chunk(i, new ChatMessage(Assistant, ""));
        }

        var tokens = 0;
        await foreach (var (choice, piece) in pieces)
        {
            tokens += piece.Tokens.Count;
            if (piece.Text.Length > 0 || piece.LogProbabilities is { Count: > 0 })
            {
                yield return Chunk(choice, new ChatMessage(null, piece.Text), piece.LogProbabilities);
            }

            if (piece.Finish is { } reason)
            {
                yield return Chunk(choice, new ChatMessage(null, null), null, reason);
            }
        }

        if (includeUsage)
        {
            yield return Answer("chat.completion.chunk", [], new Usage(promptTokens, tokens));
        }
    }

    private ChatAnswer Chunk(int choice, ChatMessage delta, IReadOnlyList<TokenLogProbability>? tokens = null, FinishReason? reason = null) =>
        Answer("chat.completion.chunk", [new ChatChoice(choice, null, delta, ChatLogProbabilities.Of(tokens, texts), reason is { } end ? ApiNames.Of(end) : null)], null);

    private ChatAnswer Answer(string kind, IReadOnlyList<ChatChoice> answers, Usage? usage) =>
        new(head.Id, kind, head.Created, head.Model, answers, usage, head.Fingerprint);
}
