namespace PainlessSteering.Text.Vocabularies;

/// <summary>One thread's encoder of a <see cref="BpeModel"/>.</summary>
internal sealed class BpeEncoder(BpeModel model) : IPieceEncoder
{
    private const char Metaspace = '▁';
    private readonly WordCache cache = new();
    private readonly BpeMerger merger = new(model.Merges);

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        if (model.Options.IgnoreMerges && model.Vocabulary.TryGetId(word, out var whole))
        {
            ids.Add(whole);
            return;
        }

        if (!model.WordsEndBeforeMetaspace)
        {
            EncodeWord(word, ids);
            return;
        }

        while (!word.IsEmpty)
        {
            var length = FirstWord(word);
            EncodeWord(word[..length], ids);
            word = word[length..];
        }
    }

    /// <summary>The length of the first '▁▁word' of the text.</summary>
    private static int FirstWord(ReadOnlySpan<char> text)
    {
        var spaces = text.IndexOfAnyExcept(Metaspace);
        if (spaces < 0)
        {
            return text.Length;
        }

        var next = text[spaces..].IndexOf(Metaspace);
        return next < 0 ? text.Length : spaces + next;
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (cache.TryAppend(word, ids))
        {
            return;
        }

        var start = ids.Count;
        AddSymbols(word, ids);
        merger.Merge(ids, start);
        cache.Add(word, ids, start);
    }

    /// <summary>Appends the ids of the single characters, which the merges start from.</summary>
    private void AddSymbols(ReadOnlySpan<char> word, List<int> ids)
    {
        var pendingUnknown = false;
        for (int at = 0, width; at < word.Length; at += width)
        {
            width = at + 1 < word.Length && char.IsHighSurrogate(word[at]) ? 2 : 1;
            var id = Symbol(model, word, at, width);
            if (id >= 0)
            {
                AddPending(ids, ref pendingUnknown);
                ids.Add(id);
            }
            else if (!model.Options.ByteFallback || !TryAddBytes(Decorated(model, word, at, width), ids))
            {
                AddUnknown(ids, ref pendingUnknown);
            }
        }

        AddPending(ids, ref pendingUnknown);
    }

    /// <summary>The id of a single character of a word, or -1.</summary>
    public static int Symbol(BpeModel model, ReadOnlySpan<char> word, int at, int width)
    {
        if (model.Options.ContinuingPrefix is not null || model.Options.EndOfWordSuffix is not null)
        {
            return model.Vocabulary.IdOf(Decorated(model, word, at, width)) ?? -1;
        }

        return width == 1 ? model.CharacterPiece(word[at]) : model.Vocabulary.IdOf(word.Slice(at, 2)) ?? -1;
    }

    private static ReadOnlySpan<char> Decorated(BpeModel model, ReadOnlySpan<char> word, int at, int width)
    {
        var character = word.Slice(at, width);
        var prefix = at > 0 ? model.Options.ContinuingPrefix : null;
        var suffix = at + width == word.Length ? model.Options.EndOfWordSuffix : null;
        return prefix is null && suffix is null ? character : string.Concat(prefix, character, suffix);
    }

    private bool TryAddBytes(ReadOnlySpan<char> character, List<int> ids)
    {
        Span<byte> utf8 = stackalloc byte[3 * character.Length];
        utf8 = utf8[..System.Text.Encoding.UTF8.GetBytes(character, utf8)];
        foreach (var value in utf8)
        {
            if (model.BytePiece(value) < 0)
            {
                return false;
            }
        }

        foreach (var value in utf8)
        {
            ids.Add(model.BytePiece(value));
        }

        return true;
    }

    /// <summary>An unknown token is held back until a known character follows, since more may fuse with it.</summary>
    private void AddUnknown(List<int> ids, ref bool pending)
    {
        if (model.Options.UnknownToken is null)
        {
            return; // Hugging Face drops characters that a vocabulary without an unknown token cannot write.
        }

        if (!model.Options.FuseUnknown)
        {
            AddPending(ids, ref pending);
        }

        pending = true;
    }

    private void AddPending(List<int> ids, ref bool pending)
    {
        if (pending)
        {
            ids.Add(model.UnknownId ?? throw new PasException(
                $"the text has a character that the vocabulary lacks, and the unknown token '{model.Options.UnknownToken}' is not in the vocabulary either", model.Options.UnknownTokenPlace)
            { Code = ErrorCodes.FileDamaged });
        }

        pending = false;
    }
}
