using PainlessSteering.Data;
using PainlessSteering.Models;
using PainlessSteering.Text;

namespace PainlessSteering.Evaluation;

/// <summary>Turns items into token ids, and their choices into the ids of the letters that answer them.</summary>
internal sealed class ChoiceEncoder(Tokenizer tokenizer, ModelConfig config)
{
    private readonly List<int> _letters = [];

    /// <summary>The multiple-choice prompt of an item.</summary>
    /// <exception cref="PasException">The prompt is longer than the context, or a letter is not one token.</exception>
    public ChoicePrompt Choice(PresentedItem item)
    {
        while (_letters.Count < item.Choices.Count)
        {
            _letters.Add(tokenizer.LetterId((char)('A' + _letters.Count)));
        }

        return new ChoicePrompt(Encode(item.Prompt, item.Index), _letters[..item.Choices.Count]);
    }

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
                index is null ? null : FormattableString.Invariant($"item {index + 1}"),
                FormattableString.Invariant($"at most {config.ContextLength} tokens"),
                FormattableString.Invariant($"{tokens.Length}"),
                "leave the item out, or use a model with a longer context");
        }

        return tokens.Length > 0 && tokens.All(token => token < config.VocabularySize)
            ? tokens
            : throw new PasException("the tokenizer does not fit the model", null, FormattableString.Invariant($"ids below vocab_size {config.VocabularySize}"), tokens.Length == 0 ? "no token" : FormattableString.Invariant($"id {tokens.Max()}"));
    }
}
