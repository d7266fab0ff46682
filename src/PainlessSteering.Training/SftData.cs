using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Scoring;
using PainlessSteering.Text;

namespace PainlessSteering.Training;

/// <summary>The examples of a fine-tuning, parted as a fit parts its items.</summary>
internal sealed record SftData
{
    /// <summary>For the gradients.</summary>
    public required IReadOnlyList<SftExample> Train { get; init; }

    /// <summary>For early stopping.</summary>
    public required IReadOnlyList<SftExample> Validation { get; init; }

    /// <summary>For the one measurement at the end.</summary>
    public required IReadOnlyList<SftExample> Test { get; init; }

    /// <summary>The validation items, where the examples are multiple-choice questions.</summary>
    public ChoiceSet? ValidationItems { get; init; }

    /// <summary>The test items, where the examples are multiple-choice questions.</summary>
    public ChoiceSet? TestItems { get; init; }

    /// <summary>Identifies the data.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Examples that are longer than the model's context.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Multiple-choice items: the prompt of a fit, and its right letter to learn. Split and orders of choices are the fit's.</summary>
    /// <exception cref="PasException">Data, options and model do not go together.</exception>
    public static SftData Of(Dataset data, Tokenizer tokenizer, ModelConfig model, SftOptions options)
    {
        var fit = options.Items;
        var encoder = new ChoiceEncoder(tokenizer, model, data.Path, Scorer.Letter, fit.LetterToken);
        var usable = ChoiceSet.Usable(data.Items, fit, encoder);
        var split = Split.Make([.. usable.Select(index => data.Items[index])], options.Seed, options.Split, options.MaxItems, options.Protocol);
        ChoiceSet Present(IReadOnlyList<int> part) => ChoiceSet.Present(data.Items, [.. part.Select(index => usable[index])], fit, encoder);
        static SftExample[] Examples(ChoiceSet set) =>
            [.. set.Prompts.Zip(set.Right, (prompt, right) => new SftExample([.. prompt.Tokens, .. prompt.Choices[right]], prompt.Tokens.Length))];
        var (train, validation, test) = (Present(split.Train), Present(split.Validation), Present(split.Test));
        return new SftData
        {
            Train = Examples(train),
            Validation = Examples(validation),
            Test = Examples(test),
            ValidationItems = validation,
            TestItems = test,
            Fingerprint = data.Fingerprint,
            LeftOut = data.Items.Count - usable.Count,
        };
    }

    /// <summary>Prompts with responses, of which the response is learned, and the end of the text after it where the model has a token for that.</summary>
    /// <exception cref="PasException">Data, options and model do not go together.</exception>
    public static SftData Of(IReadOnlyList<PromptResponse> rows, string path, Tokenizer tokenizer, ModelConfig model, SftOptions options)
    {
        var encoder = new ChoiceEncoder(tokenizer, model, path, Scorer.Letter, options.Items.LetterToken);
        var examples = new List<SftExample>();
        using var hash = new ContentHash();
        for (var i = 0; i < rows.Count; i++)
        {
            hash.Add(rows[i].Prompt);
            hash.Add(rows[i].Response);
            if (Example(rows[i], i, tokenizer, encoder, model, options) is { } example)
            {
                examples.Add(example);
            }
        }

        var (train, validation, test) = options.Split.For(Math.Min(examples.Count, options.MaxItems), options.Protocol);
        if (train < 1 || validation < 1 || test < 1)
        {
            throw options.Split.TooFew(examples.Count, "a part of the split would be empty");
        }

        var order = new NumPyRandomState(options.Seed).Permutation(examples.Count);
        SftExample[] Part(int start, int count) => [.. order.Skip(start).Take(count).Select(index => examples[index])];
        return new SftData
        {
            Train = Part(0, train),
            Validation = Part(train, validation),
            Test = Part(train + validation, test),
            Fingerprint = Convert.ToHexStringLower(hash.Finish()),
            LeftOut = rows.Count - examples.Count,
        };
    }

    private static SftExample? Example(PromptResponse row, int index, Tokenizer tokenizer, ChoiceEncoder encoder, ModelConfig model, SftOptions options)
    {
        // Both at once, as they will stand at use: alone, a response might begin with another token.
        var text = row.Prompt + row.Response;
        if (options.SkipLongPrompts && tokenizer.Encode(text).Length > model.ContextLength)
        {
            return null;
        }

        var tokens = encoder.Encode(text, index);
        var prompt = tokenizer.Encode(row.Prompt).AsSpan().CommonPrefixLength(tokens);
        if (model.EndOfSequence is [var end, ..] && tokens[^1] != end && tokens.Length < model.ContextLength)
        {
            tokens = [.. tokens, end];
        }

        return new SftExample(tokens, Math.Clamp(prompt, 1, tokens.Length - 1));
    }
}
