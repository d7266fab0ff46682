namespace PainlessSteering.Text;

/// <summary>
/// The alphabet of byte-level vocabularies: each byte is one printable character. The visible characters of Latin-1 stand for
/// themselves, the other 68 bytes for U+0100 onwards, so that a space is 'Ġ' (U+0120).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Bytes = Letters.Select((letter, i) => (letter, (byte)i)).ToDictionary();

    public static char Letter(byte value) => Letters[value];

    public static bool TryByte(char letter, out byte value) => Bytes.TryGetValue(letter, out value);

    /// <summary>Writes the UTF-8 bytes of a well-formed text as letters of the alphabet; needs three times its length at most.</summary>
    public static int Write(ReadOnlySpan<char> text, Span<char> letters)
    {
        Span<byte> utf8 = stackalloc byte[4];
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] < 128)
            {
                letters[written++] = Letters[text[i]];
                continue;
            }

            System.Text.Rune.DecodeFromUtf16(text[i..], out var rune, out var units);
            i += units - 1;
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                letters[written++] = Letters[value];
            }
        }

        return written;
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            letters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++;
        }

        return letters;
    }
}
