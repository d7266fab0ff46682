using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Text;

namespace PainlessSteering.Evaluation;

/// <summary>Turns items into token ids, and their choices into the ids of the letters that answer them.</summary>
/// <param name="tokenizer">Of the model.</param>
/// <param name="config">Of the model.</param>
/// <param name="data">The file that errors name.</param>
internal sealed class ChoiceEncoder(Tokenizer tokenizer, ModelConfig config, string data)
{
    private readonly List<int> _letters = [];

    /// <summary>The multiple-choice prompt of an item.</summary>
    /// <exception cref="PasException">The prompt is longer than the context, or a letter is not one token.</exception>
    public ChoicePrompt Choice(PresentedItem item)
    {
        while (_letters.Count < item.Choices.Count)
        {
            _letters.Add(Known(tokenizer.LetterId((char)('A' + _letters.Count))));
        }

        return new ChoicePrompt(Encode(item.Prompt, item.Index), _letters[..item.Choices.Count]);
    }

    /// <summary>Longest sequence of the model, in tokens.</summary>
    public int ContextLength => config.ContextLength;

    /// <summary>Number of tokens of a text.</summary>
    public int CountTokens(string text) => tokenizer.Encode(text).Length;

    /// <summary>Whether the model's context holds the prompt of an item.</summary>
    public bool Fits(PresentedItem item) => CountTokens(item.Prompt) <= config.ContextLength;

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
                $"leave such items out with {SettingName.Of(nameof(FitOptions.SkipLongPrompts))}, or use a model with a longer context")
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
