using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>Writes the continuations of texts, whole or in pieces.</summary>
/// <param name="head">Stands at the top.</param>
/// <param name="texts">Texts of tokens.</param>
/// <param name="beginnings">For each answer what stands before what is generated: the prompt where it is echoed, else nothing.</param>
/// <param name="promptTokens">Tokens of all prompts.</param>
/// <param name="includeUsage">Whether a last piece tells the usage.</param>
internal sealed class CompletionWriter(AnswerHead head, TokenTexts texts, IReadOnlyList<string> beginnings, int promptTokens, bool includeUsage)
{
    private const string Kind = "text_completion";

    /// <summary>The whole document.</summary>
    public async Task<CompletionAnswer> WholeAsync(IAsyncEnumerable<AnswerPiece> pieces)
    {
        var answers = await GatheredAnswer.AllAsync(pieces, beginnings.Count);
        return Answer(
            [.. answers.Select((answer, i) => new CompletionChoice(beginnings[i] + answer.Text, i, CompletionLogProbabilities.Of(answer.LogProbabilities, texts, 0), ApiNames.Of(answer.FinishReason)))],
            new Usage(promptTokens, answers.Sum(answer => answer.Tokens.Count)));
    }

    /// <summary>One document for each piece.</summary>
    public async IAsyncEnumerable<CompletionAnswer> ChunksAsync(IAsyncEnumerable<AnswerPiece> pieces)
    {
        for (var i = 0; i < beginnings.Count; i++)
        {
            if (beginnings[i].Length > 0)
            {
                yield return Answer([new CompletionChoice(beginnings[i], i, null, null)], null);
            }
        }

        var tokens = 0;
        var offsets = new int[beginnings.Count];
        await foreach (var (choice, piece) in pieces)
        {
            tokens += piece.Tokens.Count;
            yield return Answer([Choice(choice, piece, offsets[choice])], null);
            offsets[choice] += piece.Tokens.Sum(token => texts.Of(token).Length);
        }

        if (includeUsage)
        {
            yield return Answer([], new Usage(promptTokens, tokens));
        }
    }

    private CompletionChoice Choice(int index, GeneratedPiece piece, int offset) =>
        new(piece.Text, index, CompletionLogProbabilities.Of(piece.LogProbabilities, texts, offset), piece.Finish is { } reason ? ApiNames.Of(reason) : null);

    private CompletionAnswer Answer(IReadOnlyList<CompletionChoice> answers, Usage? usage) =>
        new(head.Id, Kind, head.Created, head.Model, answers, usage, head.Fingerprint);
}
