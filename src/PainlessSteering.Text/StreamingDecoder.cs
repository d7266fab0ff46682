namespace PainlessSteering.Text;

/// <summary>
/// Turns the tokens of one sequence into text as they come. A character whose bytes are spread over several tokens comes out
/// whole with the last of them; the pieces put together are the text that the tokens add to the prompt's. Not thread safe.
/// </summary>
public sealed class StreamingDecoder
{
    private const char Incomplete = '\uFFFD';

    private readonly Tokenizer _tokenizer;

    // A window of the last tokens whose text is known and those that wait. Decoding needs the former: whether a token begins with a
    // space can depend on whether it is the first.
    private readonly List<int> _window;
    private string _known;
    private int _waiting;

    /// <summary>Begins behind a prompt.</summary>
    /// <param name="tokenizer">Knows the text of tokens.</param>
    /// <param name="prompt">The tokens that come before.</param>
    public StreamingDecoder(Tokenizer tokenizer, IEnumerable<int> prompt)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        _tokenizer = tokenizer;
        _window = [.. prompt];
        _known = tokenizer.Decode([.. _window]);
    }

    /// <summary>Takes the next token.</summary>
    /// <param name="token">Its id; special tokens have no text.</param>
    /// <returns>The text that is complete with it; may be empty.</returns>
    public string Append(int token)
    {
        _window.Add(token);
        _waiting++;
        var text = _tokenizer.Decode([.. _window]);
        if (text.EndsWith(Incomplete) || text == _known)
        {
            return "";
        }

        var added = Added(text);
        _window.RemoveRange(0, _window.Count - _waiting);
        _known = _tokenizer.Decode([.. _window]);
        _waiting = 0;
        return added;
    }

    /// <summary>The text of the tokens that still wait when the sequence ends; bytes that are no character become U+FFFD.</summary>
    public string Flush() => _waiting == 0 ? "" : Added(_tokenizer.Decode([.. _window]));

    // Bytes that turn out to be no character can change the text before them; then the new tokens are read alone.
    private string Added(string text) => text.StartsWith(_known, StringComparison.Ordinal)
        ? text[_known.Length..]
        : _tokenizer.Decode([.. _window[^_waiting..]]);
}
