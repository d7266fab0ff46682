namespace PainlessSteering.Text.Patterns;

/// <summary>Simple case folding of single code points, as <c>(?i)</c> needs it.</summary>
internal static class CaseFolding
{
    /// <summary>Lower-case letters that fold together with others than their own capital: long s, the Kelvin and Angstrom signs, Greek variants.</summary>
    private static readonly Dictionary<int, int[]> Extra = new()
    {
        ['s'] = [0x17F],
        ['k'] = [0x212A],
        [0xE5] = [0x212B],
        [0xB5] = [0x3BC, 0x39C],
        [0x3BC] = [0xB5],
        [0x3B2] = [0x3D0],
        [0x3B5] = [0x3F5],
        [0x3B8] = [0x3D1, 0x3F4],
        [0x3B9] = [0x345, 0x1FBE],
        [0x3BA] = [0x3F0],
        [0x3C0] = [0x3D6],
        [0x3C1] = [0x3F1],
        [0x3C3] = [0x3C2],
        [0x3C6] = [0x3D5],
        [0x3C9] = [0x2126],
        [0x1E61] = [0x1E9B],
    };

    /// <summary>Tests that finding the variants is worth.</summary>
    private const int VariantParts = 16;

    /// <summary>The set with every code point that differs from a member in case only.</summary>
    public static CharacterClass Close(CharacterClass set)
    {
        // The answer is the same for all variants of a code point. Outside the basic plane, where sets remember nothing, the last
        // one is kept: otherwise sets in sets would each ask all variants, which doubles the work with every level.
        var last = -1L;
        return new CharacterClass(Contains, set.Parts + VariantParts);

        bool Contains(int c)
        {
            if (c < 0x10000)
            {
                return set.Contains(c) || Variants(c).Any(set.Contains);
            }

            var key = Lower(Upper(c));
            if (Volatile.Read(ref last) is var kept && kept >> 1 == key)
            {
                return (kept & 1) != 0;
            }

            var found = set.Contains(c) || (c != key && set.Contains(key)) || (Upper(c) is var upper && upper != c && set.Contains(upper));
            Volatile.Write(ref last, ((long)key << 1) | (found ? 1L : 0L));
            return found;
        }
    }

    private static IEnumerable<int> Variants(int c)
    {
        var lower = Lower(Upper(c));
        yield return Upper(c);
        yield return lower;
        yield return Upper(lower);
        foreach (var extra in Extra.GetValueOrDefault(lower, []))
        {
            yield return extra;
        }
    }

    private static int Upper(int c) => IsScalar(c) ? System.Text.Rune.ToUpperInvariant(new(c)).Value : c;

    private static int Lower(int c) => IsScalar(c) ? System.Text.Rune.ToLowerInvariant(new(c)).Value : c;

    private static bool IsScalar(int c) => System.Text.Rune.IsValid(c);
}
