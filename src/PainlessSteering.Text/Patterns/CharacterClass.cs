namespace PainlessSteering.Text.Patterns;

/// <summary>
/// A set of code points. Membership of the basic plane is remembered in pages that are filled when first asked for,
/// so that a class costs nothing to make and a bit test to use. Thread safe.
/// </summary>
internal sealed class CharacterClass
{
    /// <summary>Code points of a page.</summary>
    public const int PageSize = 256;

    private static readonly ulong[]?[] NoPages = new ulong[]?[256];
    private readonly Func<int, bool> contains;
    private ulong[]?[] pages = NoPages;

    /// <param name="contains">Whether a code point is in the set.</param>
    /// <param name="parts">How many simple tests that takes at most.</param>
    public CharacterClass(Func<int, bool> contains, int parts = 1) => (this.contains, Parts) = (contains, parts);

    /// <summary>How many simple tests it takes to know whether a code point is in the set; each is a step of a <see cref="TextBudget"/>.</summary>
    public int Parts { get; }

    /// <summary>Bit c is set where the ASCII character c is in the set.</summary>
    public UInt128 Ascii => (pages[0] ?? FillPage(0)) is var page ? new UInt128(page[1], page[0]) : default;

    public static CharacterClass Of(int codePoint) => new(c => c == codePoint);

    public CharacterClass Negated() => new(c => !contains(c), Parts);

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

    /// <summary>The same for a search, which pays for tests whose results are not remembered.</summary>
    public int Match(ReadOnlySpan<char> text, int at, ref long budget)
    {
        if ((uint)at >= (uint)text.Length)
        {
            return 0;
        }

        var unit = text[at];
        if (char.IsHighSurrogate(unit) && at + 1 < text.Length)
        {
            TextBudget.Charge(ref budget, Parts);
            return contains(char.ConvertToUtf32(unit, text[at + 1])) ? 2 : 0;
        }

        var page = pages[unit >> 8] ?? PayPage(unit >> 8, ref budget);
        return (page[(unit >> 6) & 3] & (1UL << (unit & 63))) != 0 ? 1 : 0;
    }

    private ulong[] PayPage(int number, ref long budget)
    {
        TextBudget.Charge(ref budget, (long)PageSize * Parts);
        return FillPage(number);
    }

    private ulong[] FillPage(int number)
    {
        if (ReferenceEquals(pages, NoPages))
        {
            pages = new ulong[]?[256]; // Made late, since most sets of a hostile pattern are never asked.
        }

        var page = new ulong[4];
        for (var low = 0; low < PageSize; low++)
        {
            if (contains((number << 8) | low))
            {
                page[low >> 6] |= 1UL << (low & 63);
            }
        }

        return pages[number] = page;
    }
}
