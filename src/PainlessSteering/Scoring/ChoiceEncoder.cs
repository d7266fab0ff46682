using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Text;

namespace PainlessSteering.Scoring;

/// <summary>Turns items into token ids, as a scorer wants them.</summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="config">Of the model.</param>
/// <param name="data">The file that errors name.</param>
/// <param name="scorer">What the items are answered by.</param>
/// <param name="letterToken">Which token answers with a letter.</param>
internal sealed class ChoiceEncoder(Tokenizer tokenizer, ModelConfig config, string data, Scorer scorer, LetterToken letterToken)
{
    private readonly List<int> _bare = [];
    private readonly Dictionary<int, string> _texts = [];

    /// <summary>What an item is answered after and with.</summary>
    /// <exception cref="PasException">The prompt is longer than the context, or the item cannot be scored so.</exception>
    public ChoicePrompt Choice(PresentedItem item) => scorer.Encode(item, this);

    /// <summary>The prompt answered with a letter, as the model is expected to write it.</summary>
    public string Answered(string prompt, int choice) => letterToken == LetterToken.Bare ? prompt + Prompts.Letter(choice) : Prompts.Answered(prompt, choice);

    /// <summary>The tokens that answer with each letter.</summary>
    /// <param name="index">0-based item, for an error.</param>
    /// <param name="prompt">What they answer.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <param name="choices">Number of letters.</param>
    /// <exception cref="PasException">A letter is not one token there.</exception>
    public int[] Letters(int index, string prompt, int[] tokens, int choices) =>
        [.. Enumerable.Range(0, choices).Select(choice => letterToken == LetterToken.Bare ? Bare(choice) : Continuing(index, prompt, tokens, choice))];

    private int Bare(int choice)
    {
        while (_bare.Count <= choice)
        {
            var letter = Prompts.Letter(_bare.Count);
            _bare.Add(Known(tokenizer.IdOf(letter)
                ?? throw new PasException($"the letter '{letter}' is not a single token of this vocabulary", remedy: "use a model whose vocabulary has the answer letters") { Code = ErrorCodes.DoesNotFit }));
        }

        return _bare[choice];
    }

    private int Continuing(int index, string prompt, int[] tokens, int choice)
    {
        var whole = tokenizer.Encode(Answered(prompt, choice));
        var (letter, goesOn) = (Prompts.Letter(choice), whole.AsSpan().StartsWith(tokens));
        return goesOn && whole.Length == tokens.Length + 1 && Text(Known(whole[^1])).Trim().Equals(letter, StringComparison.OrdinalIgnoreCase)
            ? whole[^1]
            : throw new PasException(
                $"the tokenizer does not go on from the prompt with the letter '{letter}' as one token",
                Place(index),
                $"one more behind its {tokens.Length} tokens",
                !goesOn ? "other tokens of the prompt itself" : whole.Length == tokens.Length + 1 ? $"'{Text(whole[^1])}'" : $"{whole.Length - tokens.Length} more",
                $"let the texts of the choices answer, with {SettingName.Of("Scorer")} {Scorer.Parse("text")}")
            { Code = ErrorCodes.DoesNotFit };
    }

    // A letter that the vocabulary lacks may be one token too: the unknown one.
    private string Text(int token) => _texts.TryGetValue(token, out var text) ? text : _texts[token] = tokenizer.Decode([token], skipSpecialTokens: false);

    /// <summary>An error that names an item.</summary>
    public PasException Unscorable(int index, string what, string remedy) => new(what, Place(index), remedy: remedy) { Code = ErrorCodes.BadData };

    /// <summary>Longest sequence of the model, in tokens.</summary>
    public int ContextLength => config.ContextLength;

    /// <summary>Number of tokens of a text.</summary>
    public int CountTokens(string text) => tokenizer.Encode(text).Length;

    /// <summary>Whether the model's context holds the prompt of an item.</summary>
    public bool Fits(PresentedItem item) => scorer.CountTokens(item, this) <= config.ContextLength;

    /// <summary>Token ids of a prompt.</summary>
    /// <param name="prompt">The text.</param>
    /// <param name="index">0-based item it belongs to, for an error; or null.</param>
    public int[] Encode(string prompt, int? index = null)
    {
        var tokens = tokenizer.Encode(prompt);
        if (tokens.Length > config.ContextLength)
        {
            throw new PasException(
                "a prompt is longer than the model's context",
                index is { } item ? Place(item) : $"prompt '{prompt[..Math.Min(40, prompt.Length)]}…'",
                FormattableString.Invariant($"at most {config.ContextLength} tokens"),
                FormattableString.Invariant($"{tokens.Length}"),
                $"leave such items out with {SettingName.Of("SkipLongPrompts")}, or use a model with a longer context")
            { Code = ErrorCodes.TooLong };
        }

        if (tokens.Length == 0)
        {
            throw new PasException("the tokenizer makes no token of a prompt", remedy: "is tokenizer.json the one of this model?");
        }

        _ = Known(tokens.Max());
        return tokens;
    }

    private string Place(int index) => FormattableString.Invariant($"{data}, item {index + 1}");

    private int Known(int token) => token < config.VocabularySize
        ? token
        : throw new PasException(
            "the tokenizer does not fit the model", null, FormattableString.Invariant($"ids below vocab_size {config.VocabularySize}"), FormattableString.Invariant($"id {token}"), "is tokenizer.json the one of this model?")
        { Code = ErrorCodes.DoesNotFit };
}
