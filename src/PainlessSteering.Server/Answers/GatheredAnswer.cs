using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>Puts the pieces of several answers together.</summary>
internal static class GatheredAnswer
{
    /// <summary>Every answer, whole.</summary>
    /// <param name="pieces">Pieces of all answers, as they came.</param>
    /// <param name="count">How many answers.</param>
    public static async Task<IReadOnlyList<GeneratedText>> AllAsync(IAsyncEnumerable<AnswerPiece> pieces, int count)
    {
        var answers = Enumerable.Range(0, count).Select(_ => new List<GeneratedPiece>()).ToList();
        await foreach (var (choice, piece) in pieces)
        {
            answers[choice].Add(piece);
        }

        return [.. answers.Select(GeneratedText.Join)];
    }
}
