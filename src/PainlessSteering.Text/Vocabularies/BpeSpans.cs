using System.Text;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>
/// Finds which part of a word each of its ids stands for, from the ids alone: pieces follow each other in the word, bytes of a character
/// stand for all of it, an unknown token for what the vocabulary lacks.
/// </summary>
internal static class BpeSpans
{
    public static void Locate(BpeModel model, ReadOnlySpan<char> word, ReadOnlySpan<int> ids, List<(int Start, int End)> spans)
    {
        var at = 0;
        var bytesLeft = 0;
        foreach (var id in ids)
        {
            var piece = model.Vocabulary.Piece(id) ?? "";
            while (true)
            {
                var width = at < word.Length ? AlignedText.WidthAt(word, at) : 0;
                if (width == 0)
                {
                    spans.Add((at, at)); // Nothing is left; a vocabulary whose merges do not spell their pieces.
                    break;
                }

                var unknown = bytesLeft > 0 || !IsSymbol(model, word, at, width);
                var length = unknown ? 0 : Length(model, word, at, piece);
                if (length > 0)
                {
                    spans.Add((at, at + length));
                    at += length;
                    break;
                }

                if (unknown && id != model.UnknownId && model.IsBytePiece(id))
                {
                    bytesLeft = (bytesLeft > 0 ? bytesLeft : Encoding.UTF8.GetByteCount(word.Slice(at, width))) - 1;
                    spans.Add((at, at + width));
                    at += bytesLeft == 0 ? width : 0;
                    break;
                }

                if (unknown && id == model.UnknownId)
                {
                    var end = at + width;
                    while (model.Options.FuseUnknown && end < word.Length && !IsSymbol(model, word, end, AlignedText.WidthAt(word, end)))
                    {
                        end += AlignedText.WidthAt(word, end);
                    }

                    spans.Add((at, end));
                    at = end;
                    break;
                }

                // The whole word may be a piece although its first character is none; otherwise the character was dropped.
                if (Length(model, word, at, piece) is > 0 and var whole)
                {
                    spans.Add((at, at + whole));
                    at += whole;
                    break;
                }

                (at, bytesLeft) = (at + width, 0);
            }
        }
    }

    private static bool IsSymbol(BpeModel model, ReadOnlySpan<char> word, int at, int width) => BpeEncoder.Symbol(model, word, at, width) >= 0;

    /// <summary>How many units of the word a piece spells from here; 0 where it spells something else.</summary>
    private static int Length(BpeModel model, ReadOnlySpan<char> word, int at, ReadOnlySpan<char> piece)
    {
        var rest = word[at..];
        if (at > 0 && model.Options.ContinuingPrefix is { Length: > 0 } prefix && piece.StartsWith(prefix, StringComparison.Ordinal))
        {
            piece = piece[prefix.Length..];
        }

        if (rest.StartsWith(piece, StringComparison.Ordinal))
        {
            return piece.Length;
        }

        return model.Options.EndOfWordSuffix is { Length: > 0 } suffix && piece.EndsWith(suffix, StringComparison.Ordinal)
            && rest.StartsWith(piece[..^suffix.Length], StringComparison.Ordinal) ? piece.Length - suffix.Length : 0;
    }
}
