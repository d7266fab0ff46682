using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Cuts as GPT-2 does, unless told not to, and writes the bytes of every piece in the <see cref="ByteAlphabet"/>.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) : IPreTokenizer
{
    private static readonly TextPattern Gpt2 = TextPattern.Regex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

    public void Apply(PieceBuffer pieces)
    {
        if (addPrefixSpace)
        {
            pieces.Rewrite(AddSpace, static rune => rune.Utf16SequenceLength);
        }

        if (useRegex)
        {
            pieces.Split(Gpt2.FindAll, SplitBehavior.Isolated);
        }

        pieces.Rewrite(static (piece, destination, _) => ByteAlphabet.Write(piece, destination), static rune => rune.Utf8SequenceLength);
    }

    private static int AddSpace(ReadOnlySpan<char> piece, Span<char> destination, bool first)
    {
        var added = piece[0] == ' ' ? 0 : 1;
        destination[0] = ' ';
        piece.CopyTo(destination[added..]);
        return piece.Length + added;
    }

    public JsonObject ToJson() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = addPrefixSpace, ["trim_offsets"] = true, ["use_regex"] = useRegex };
}
