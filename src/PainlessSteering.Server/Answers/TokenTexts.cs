using System.Collections.Concurrent;
using System.Text;
using PainlessSteering.Text;

namespace PainlessSteering.Server.Answers;

/// <summary>The text of single tokens inside a text.</summary>
/// <param name="tokenizer">Knows them.</param>
internal sealed class TokenTexts(Tokenizer tokenizer)
{
    private readonly ConcurrentDictionary<int, (string Text, int[] Bytes)> _known = new();

    /// <summary>The text of a token; bytes that are no character stand as U+FFFD.</summary>
    public string Of(int token) => Known(token).Text;

    /// <summary>Its UTF-8 bytes; of a token that is a part of a character, the bytes of the part.</summary>
    public IReadOnlyList<int> Bytes(int token) => Known(token).Bytes;

    private (string Text, int[] Bytes) Known(int token) => _known.GetOrAdd(token, _ =>
    {
        var text = Read(token);
        var bytes = (text.Contains('\uFFFD') ? tokenizer.Bytes(token) : null) ?? Encoding.UTF8.GetBytes(text);
        return (text, [.. bytes.Select(value => (int)value)]);
    });

    // Some tokenizers drop the space before the first token of a text, so that it is read behind itself.
    private string Read(int token)
    {
        var (once, twice) = (tokenizer.Decode([token], skipSpecialTokens: false), tokenizer.Decode([token, token], skipSpecialTokens: false));
        return twice.StartsWith(once, StringComparison.Ordinal) ? twice[once.Length..] : once;
    }
}
