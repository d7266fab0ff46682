using PainlessSteering.Text.Decoders;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text.Gguf;

/// <summary>Makes a tokenizer of the vocabulary in a GGUF file.</summary>
internal static class GgufTokenizer
{
    private const int Unknown = 2, Control = 3, UserDefined = 4;

    public static TokenizerStages Read(GgufVocabulary vocabulary)
    {
        Check(vocabulary);
        using var budget = new TextBudget(0);
        try
        {
            return vocabulary.Model switch
            {
                "gpt2" => BytePairs(vocabulary),
                "llama" => SentencePieces(vocabulary),
                _ => throw new PasException("vocabularies of this kind are not supported", $"{vocabulary.File}, key 'tokenizer.ggml.model'", "gpt2 or llama", $"'{vocabulary.Model}'") { Code = ErrorCodes.NotSupported },
            };
        }
        catch (TextLimitException error)
        {
            throw error.Of(vocabulary.File);
        }
    }

    private static TokenizerStages BytePairs(GgufVocabulary vocabulary)
    {
        var cutting = GgufPreTokenizer.Find(vocabulary);
        var pieces = Pieces(vocabulary);
        var merges = vocabulary.Merges ?? throw Wrong(vocabulary, "merges", "a list of merges", "none");
        var builder = new BpeBuilder(pieces, new BpeOptions { UnknownTokenPlace = vocabulary.File, IgnoreMerges = cutting.IgnoreMerges }, merges.Count);
        foreach (var merge in merges)
        {
            // A piece may itself be a space in other alphabets, so the first character never parts. Merges of unknown pieces do not count.
            if (merge.IndexOf(' ', Math.Min(1, merge.Length)) is > 0 and var space)
            {
                builder.TryAdd(merge.AsSpan(0, space), merge.AsSpan(space + 1));
            }
        }

        return new TokenizerStages(
            new AddedVocabulary(Added(vocabulary), pieces, null),
            Normalizer: null,
            cutting.Make(),
            builder.Build(),
            Around(vocabulary, vocabulary.AddBegin ?? cutting.AddBegin),
            new ByteLevelDecoder());
    }

    private static TokenizerStages SentencePieces(GgufVocabulary vocabulary)
    {
        var scores = vocabulary.Scores ?? throw Wrong(vocabulary, "scores", "a score for each token", "none");
        var pieces = Pieces(vocabulary);
        return SentencePieceStages.Make(
            pieces,
            SentencePieceMerges.Find([.. vocabulary.Tokens.Zip(scores)], pieces),
            tiesShareRank: true,
            Added(vocabulary),
            vocabulary.UnknownId is { } unknown ? vocabulary.Tokens[unknown] : null,
            vocabulary.File,
            vocabulary.AddSpacePrefix ?? true,
            Around(vocabulary, vocabulary.AddBegin ?? true));
    }

    /// <summary>Of tokens that are written alike the first is found by its text, and each by its id.</summary>
    private static Vocabulary Pieces(GgufVocabulary vocabulary) => new([.. vocabulary.Tokens.Select((token, id) => (token, id)).Reverse()]);

    private static IEnumerable<AddedToken> Added(GgufVocabulary vocabulary) => vocabulary.Tokens
        .Zip(vocabulary.Types ?? [])
        .Where(token => token.Second is Unknown or Control or UserDefined)
        .Select(token => new AddedToken(token.First, false, false, false, Normalized: false, Special: token.Second != UserDefined));

    private static TemplatePostProcessor? Around(GgufVocabulary vocabulary, bool addBegin)
    {
        int[] before = addBegin && vocabulary.BeginId is { } begin ? [begin] : [], after = vocabulary.AddEnd == true && vocabulary.EndId is { } end ? [end] : [];
        return before.Length + after.Length > 0 ? new TemplatePostProcessor([before, null, after]) : null;
    }

    private static void Check(GgufVocabulary vocabulary)
    {
        var count = vocabulary.Tokens.Count;
        foreach (var (key, length) in new[] { ("scores", vocabulary.Scores?.Count), ("token_type", vocabulary.Types?.Count) })
        {
            if (length is { } given && given != count)
            {
                throw Wrong(vocabulary, key, FormattableString.Invariant($"{count} entries, one for each token"), FormattableString.Invariant($"{given}"));
            }
        }

        foreach (var (key, id) in new[] { ("bos_token_id", vocabulary.BeginId), ("eos_token_id", vocabulary.EndId), ("unknown_token_id", vocabulary.UnknownId) })
        {
            if (id < 0 || id >= count)
            {
                throw Wrong(vocabulary, key, FormattableString.Invariant($"an id below {count}"), FormattableString.Invariant($"{id}"));
            }
        }
    }

    private static PasException Wrong(GgufVocabulary vocabulary, string key, string expected, string found) =>
        new("the vocabulary is not complete", $"{vocabulary.File}, key 'tokenizer.ggml.{key}'", expected, found, "get the file again, or convert it with a recent llama.cpp") { Code = ErrorCodes.FileDamaged };
}
