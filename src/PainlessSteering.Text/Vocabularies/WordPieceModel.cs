using System.Text;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Takes the longest piece that begins a word, again and again; a word that does not come out is unknown as a whole.</summary>
internal sealed class WordPieceModel(Vocabulary vocabulary, string unknownToken, string unknownTokenPlace, string continuingPrefix, int mostCharacters) : IVocabularyModel, IPieceEncoder
{
    private const int LongWord = 200;
    private readonly int? unknownId = vocabulary.IdOf(unknownToken);

    public Vocabulary Vocabulary => vocabulary;

    public static WordPieceModel Read(JsonPart model)
    {
        model.Account(["type", "vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"]);
        return new(
            Vocabulary.Read(model.Required("vocab")),
            model["unk_token"].OptionalText() ?? "[UNK]",
            model["unk_token"].Place,
            Vocabulary.Affix(model["continuing_subword_prefix"]) ?? "##",
            model["max_input_chars_per_word"] is { Exists: true } most ? most.Number(1, int.MaxValue) : 100);
    }

    public IPieceEncoder CreateEncoder() => this;

    public void Locate(ReadOnlySpan<char> word, ReadOnlySpan<int> ids, List<(int Start, int End)> spans)
    {
        if (ids.Length == 1)
        {
            spans.Add((0, word.Length)); // A piece that is the whole word, or the unknown token.
            return;
        }

        var at = 0;
        foreach (var id in ids)
        {
            var length = vocabulary.Piece(id)!.Length - (at > 0 ? continuingPrefix.Length : 0);
            spans.Add((at, at + length));
            at += length;
        }
    }

    public void Encode(ReadOnlySpan<char> word, List<int> ids)
    {
        var first = ids.Count;
        if (CharacterCount(word) > mostCharacters || !TryEncode(word, ids))
        {
            ids.RemoveRange(first, ids.Count - first);
            ids.Add(unknownId ?? throw new PasException($"the unknown token '{unknownToken}' is not in the vocabulary", unknownTokenPlace) { Code = ErrorCodes.FileDamaged });
        }
    }

    private bool TryEncode(ReadOnlySpan<char> word, List<int> ids)
    {
        Span<char> candidate = new char[continuingPrefix.Length + word.Length];
        for (var start = 0; start < word.Length;)
        {
            var prefix = start > 0 ? continuingPrefix : "";
            prefix.CopyTo(candidate);
            word[start..].CopyTo(candidate[prefix.Length..]);
            var length = word.Length - start;
            TextBudget.Spend(length > LongWord ? (long)length * length / 8 : 1); // Each shorter piece is looked up, at worst.
            while (length > 0 && !vocabulary.TryGetId(candidate[..(prefix.Length + length)], out _))
            {
                length--;
            }

            if (length == 0)
            {
                return false;
            }

            vocabulary.TryGetId(candidate[..(prefix.Length + length)], out var id);
            ids.Add(id);
            start += length;
        }

        return true;
    }

    private static int CharacterCount(ReadOnlySpan<char> word)
    {
        var count = 0;
        foreach (Rune _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
