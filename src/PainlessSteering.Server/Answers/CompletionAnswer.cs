using System.Text.Json.Serialization;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>A <c>text_completion</c>, or one piece of a stream of it.</summary>
internal sealed record CompletionAnswer(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<CompletionChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage,
    string SystemFingerprint);

/// <summary>One answer or a piece of it.</summary>
internal sealed record CompletionChoice(string Text, int Index, CompletionLogProbabilities? Logprobs, string? FinishReason);

/// <summary>The tokens of an answer with their log-probabilities, in the older layout.</summary>
internal sealed record CompletionLogProbabilities(
    IReadOnlyList<string> Tokens, IReadOnlyList<double> TokenLogprobs, IReadOnlyList<IReadOnlyDictionary<string, double>> TopLogprobs, IReadOnlyList<int> TextOffset)
{
    /// <param name="tokens">Null where none were asked for.</param>
    /// <param name="texts">Their texts.</param>
    /// <param name="offset">Characters of the answer before them.</param>
    public static CompletionLogProbabilities? Of(IReadOnlyList<TokenLogProbability>? tokens, TokenTexts texts, int offset)
    {
        if (tokens is null)
        {
            return null;
        }

        var offsets = new List<int>();
        foreach (var token in tokens)
        {
            offsets.Add(offset);
            offset += texts.Of(token.Token).Length;
        }

        return new([.. tokens.Select(token => texts.Of(token.Token))], [.. tokens.Select(token => ApiNames.Finite(token.LogProbability))], [.. tokens.Select(token => Top(token, texts))], offsets);
    }

    private static Dictionary<string, double> Top(TokenLogProbability token, TokenTexts texts)
    {
        var top = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var chance in token.Top)
        {
            top.TryAdd(texts.Of(chance.Token), ApiNames.Finite(chance.LogProbability)); // Halves of characters can have the same text.
        }

        return top;
    }
}
