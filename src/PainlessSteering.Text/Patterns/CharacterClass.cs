namespace PainlessSteering.Text.Patterns;

/// <summary>
/// A set of code points. Membership of the basic plane is remembered in pages that are filled when first asked for,
/// so that a class costs nothing to make and a bit test to use. Thread safe.
/// </summary>
internal sealed class CharacterClass
{
    private readonly Func<int, bool> contains;
    private readonly ulong[]?[] pages = new ulong[]?[256];

    public CharacterClass(Func<int, bool> contains) => this.contains = contains;

    public static CharacterClass Of(int codePoint) => new(c => c == codePoint);

    public CharacterClass Negated() => new(c => !contains(c));

    /// <summary>Whether a UTF-16 unit that is no surrogate is in the set.</summary>
    public bool Contains(char unit)
    {
        var page = pages[unit >> 8] ?? FillPage(unit >> 8);
        return (page[(unit >> 6) & 3] & (1UL << (unit & 63))) != 0;
    }

    public bool Contains(int codePoint) => codePoint < 0x10000 ? Contains((char)codePoint) : contains(codePoint);

    /// <summary>The number of UTF-16 units, 1 or 2, of the code point at <paramref name="at"/>; 0 where it is not in the set or the text ends.</summary>
    public int Match(ReadOnlySpan<char> text, int at)
    {
        if ((uint)at >= (uint)text.Length)
        {
            return 0;
        }

        var unit = text[at];
        if (!char.IsHighSurrogate(unit) || at + 1 == text.Length)
        {
            return Contains(unit) ? 1 : 0;
        }

        return contains(char.ConvertToUtf32(unit, text[at + 1])) ? 2 : 0;
    }

    private ulong[] FillPage(int number)
    {
        var page = new ulong[4];
        for (var low = 0; low < 256; low++)
        {
            if (contains((number << 8) | low))
            {
                page[low >> 6] |= 1UL << (low & 63);
            }
        }

        return pages[number] = page;
    }
}
