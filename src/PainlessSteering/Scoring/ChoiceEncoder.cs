using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Text;

namespace PainlessSteering.Scoring;

/// <summary>Turns items into token ids, as a scorer wants them.</summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="config">Of the model.</param>
/// <param name="data">The file that errors name.</param>
/// <param name="scorer">What the items are answered by.</param>
internal sealed class ChoiceEncoder(Tokenizer tokenizer, ModelConfig config, string data, Scorer scorer)
{
    private readonly List<int> _letters = [];

    /// <summary>What an item is answered after and with.</summary>
    /// <exception cref="PasException">The prompt is longer than the context, or the item cannot be scored so.</exception>
    public ChoicePrompt Choice(PresentedItem item) => scorer.Encode(item, this);

    /// <summary>The id of the bare letter of a choice, e.g. of "A" and not of " A".</summary>
    /// <param name="choice">0-based position.</param>
    /// <exception cref="PasException">The letter is no single token.</exception>
    public int Letter(int choice)
    {
        while (_letters.Count <= choice)
        {
            var letter = Prompts.Letter(_letters.Count);
            _letters.Add(Known(tokenizer.IdOf(letter)
                ?? throw new PasException($"the letter '{letter}' is not a single token of this vocabulary", remedy: "use a model whose vocabulary has the answer letters") { Code = ErrorCodes.DoesNotFit }));
        }

        return _letters[choice];
    }

    /// <summary>An error that names an item.</summary>
    public PasException Unscorable(int index, string what, string remedy) => new(what, FormattableString.Invariant($"{data}, item {index + 1}"), remedy: remedy) { Code = ErrorCodes.BadData };

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
                index is null ? $"prompt '{prompt[..Math.Min(40, prompt.Length)]}…'" : FormattableString.Invariant($"{data}, item {index + 1}"),
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

    private int Known(int token) => token < config.VocabularySize
        ? token
        : throw new PasException(
            "the tokenizer does not fit the model", null, FormattableString.Invariant($"ids below vocab_size {config.VocabularySize}"), FormattableString.Invariant($"id {token}"), "is tokenizer.json the one of this model?")
        { Code = ErrorCodes.DoesNotFit };
}
