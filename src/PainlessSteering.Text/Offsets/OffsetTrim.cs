namespace PainlessSteering.Text.Offsets;

/// <summary>Takes white space out of the offsets of tokens that hold some, as the post-processors of byte-level vocabularies do.</summary>
/// <param name="AddPrefixSpace">A space before the text is not the user's: what the first token begins with stays.</param>
internal sealed record OffsetTrim(bool AddPrefixSpace)
{
    /// <summary>The trim that a post-processor of a tokenizer.json asks for; null where it asks for none.</summary>
    public static OffsetTrim? Read(JsonPart part) => !part.Exists ? null : part["type"].OptionalText() switch
    {
        "ByteLevel" or "RobertaProcessing" when part["trim_offsets"].Flag(true) => new OffsetTrim(part["add_prefix_space"].Flag(true)),
        "Sequence" => part["processors"].Items().Select(Read).FirstOrDefault(trim => trim is not null),
        _ => null,
    };

    /// <summary>The offsets of a token without the white space at its ends.</summary>
    /// <param name="piece">The token as the vocabulary stores it.</param>
    /// <param name="span">Its offsets.</param>
    /// <param name="isFirst">Whether it is the first token of the text.</param>
    public (int Start, int End) Apply(string piece, (int Start, int End) span, bool isFirst)
    {
        var (start, end) = span;
        var leading = piece.TakeWhile(IsSpace).Count();
        var trailing = piece.Reverse().TakeWhile(IsSpace).Count();
        if (leading > 0 && !(AddPrefixSpace && (isFirst || start == 0)))
        {
            start = Math.Min(start + leading, end);
        }

        return (start, trailing > 0 && end >= trailing ? Math.Max(end - trailing, start) : end);
    }

    private static bool IsSpace(char letter) => letter == ByteAlphabet.Letter((byte)' ') || char.IsWhiteSpace(letter);
}
