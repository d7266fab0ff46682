using System.Globalization;
using static System.Globalization.UnicodeCategory;

namespace PainlessSteering.Text.Patterns;

/// <summary>Sets of code points by Unicode property, as Oniguruma and Rust name them.</summary>
internal static class UnicodeSets
{
    private static readonly Dictionary<string, UnicodeCategory[]> Categories = new(StringComparer.Ordinal)
    {
        ["l"] = [UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter],
        ["lc"] = [UppercaseLetter, LowercaseLetter, TitlecaseLetter],
        ["lu"] = [UppercaseLetter],
        ["ll"] = [LowercaseLetter],
        ["lt"] = [TitlecaseLetter],
        ["lm"] = [ModifierLetter],
        ["lo"] = [OtherLetter],
        ["m"] = [NonSpacingMark, SpacingCombiningMark, EnclosingMark],
        ["mn"] = [NonSpacingMark],
        ["mc"] = [SpacingCombiningMark],
        ["me"] = [EnclosingMark],
        ["n"] = [DecimalDigitNumber, LetterNumber, OtherNumber],
        ["nd"] = [DecimalDigitNumber],
        ["nl"] = [LetterNumber],
        ["no"] = [OtherNumber],
        ["p"] = [ConnectorPunctuation, DashPunctuation, OpenPunctuation, ClosePunctuation, InitialQuotePunctuation, FinalQuotePunctuation, OtherPunctuation],
        ["pc"] = [ConnectorPunctuation],
        ["pd"] = [DashPunctuation],
        ["ps"] = [OpenPunctuation],
        ["pe"] = [ClosePunctuation],
        ["pi"] = [InitialQuotePunctuation],
        ["pf"] = [FinalQuotePunctuation],
        ["po"] = [OtherPunctuation],
        ["s"] = [MathSymbol, CurrencySymbol, ModifierSymbol, OtherSymbol],
        ["sm"] = [MathSymbol],
        ["sc"] = [CurrencySymbol],
        ["sk"] = [ModifierSymbol],
        ["so"] = [OtherSymbol],
        ["z"] = [SpaceSeparator, LineSeparator, ParagraphSeparator],
        ["zs"] = [SpaceSeparator],
        ["zl"] = [LineSeparator],
        ["zp"] = [ParagraphSeparator],
        ["c"] = [Control, Format, Surrogate, PrivateUse, OtherNotAssigned],
        ["cc"] = [Control],
        ["cf"] = [Format],
        ["cs"] = [Surrogate],
        ["co"] = [PrivateUse],
        ["cn"] = [OtherNotAssigned],
    };

    private static readonly Dictionary<string, string> LongNames = new(StringComparer.Ordinal)
    {
        ["letter"] = "l",
        ["casedletter"] = "lc",
        ["uppercaseletter"] = "lu",
        ["lowercaseletter"] = "ll",
        ["titlecaseletter"] = "lt",
        ["modifierletter"] = "lm",
        ["otherletter"] = "lo",
        ["mark"] = "m",
        ["combiningmark"] = "m",
        ["nonspacingmark"] = "mn",
        ["spacingmark"] = "mc",
        ["enclosingmark"] = "me",
        ["number"] = "n",
        ["decimalnumber"] = "nd",
        ["digit"] = "nd",
        ["letternumber"] = "nl",
        ["othernumber"] = "no",
        ["punctuation"] = "p",
        ["connectorpunctuation"] = "pc",
        ["dashpunctuation"] = "pd",
        ["openpunctuation"] = "ps",
        ["closepunctuation"] = "pe",
        ["initialpunctuation"] = "pi",
        ["finalpunctuation"] = "pf",
        ["otherpunctuation"] = "po",
        ["symbol"] = "s",
        ["mathsymbol"] = "sm",
        ["currencysymbol"] = "sc",
        ["modifiersymbol"] = "sk",
        ["othersymbol"] = "so",
        ["separator"] = "z",
        ["spaceseparator"] = "zs",
        ["lineseparator"] = "zl",
        ["paragraphseparator"] = "zp",
        ["other"] = "c",
        ["control"] = "cc",
        ["cntrl"] = "cc",
        ["format"] = "cf",
        ["surrogate"] = "cs",
        ["privateuse"] = "co",
        ["unassigned"] = "cn",
    };

    /// <summary>Scripts that pre-tokenizer patterns of released models name, as ranges of first and last code point.</summary>
    private static readonly Dictionary<string, int[]> Scripts = new(StringComparer.Ordinal)
    {
        ["han"] =
        [
            0x2E80, 0x2E99, 0x2E9B, 0x2EF3, 0x2F00, 0x2FD5, 0x3005, 0x3005, 0x3007, 0x3007, 0x3021, 0x3029, 0x3038, 0x303B,
            0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xF900, 0xFA6D, 0xFA70, 0xFAD9, 0x16FE2, 0x16FE3, 0x16FF0, 0x16FF1,
            0x20000, 0x2A6DF, 0x2A700, 0x2B739, 0x2B740, 0x2B81D, 0x2B820, 0x2CEA1, 0x2CEB0, 0x2EBE0, 0x2EBF0, 0x2EE5D, 0x2F800, 0x2FA1D, 0x30000, 0x3134A, 0x31350, 0x323AF,
        ],
        ["hiragana"] = [0x3041, 0x3096, 0x309D, 0x309F, 0x1B001, 0x1B11F, 0x1B132, 0x1B132, 0x1B150, 0x1B152, 0x1F200, 0x1F200],
        ["katakana"] =
        [
            0x30A1, 0x30FA, 0x30FD, 0x30FF, 0x31F0, 0x31FF, 0x32D0, 0x32FE, 0x3300, 0x3357, 0xFF66, 0xFF6F, 0xFF71, 0xFF9D,
            0x1AFF0, 0x1AFF3, 0x1AFF5, 0x1AFFB, 0x1AFFD, 0x1AFFE, 0x1B000, 0x1B000, 0x1B120, 0x1B122, 0x1B155, 0x1B155, 0x1B164, 0x1B167,
        ],
        ["hangul"] =
        [
            0x1100, 0x11FF, 0x302E, 0x302F, 0x3131, 0x318E, 0x3200, 0x321E, 0x3260, 0x327E, 0xA960, 0xA97C,
            0xAC00, 0xD7A3, 0xD7B0, 0xD7C6, 0xD7CB, 0xD7FB, 0xFFA0, 0xFFBE, 0xFFC2, 0xFFC7, 0xFFCA, 0xFFCF, 0xFFD2, 0xFFD7, 0xFFDA, 0xFFDC,
        ],
    };

    /// <summary>The set of a property name in any spelling, e.g. <c>L</c>, <c>Uppercase_Letter</c>, <c>Han</c>; null where it is not known.</summary>
    public static Func<int, bool>? Property(string name)
    {
        var key = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        if (Categories.TryGetValue(LongNames.GetValueOrDefault(key, key), out var categories))
        {
            var mask = categories.Aggregate(0, (bits, category) => bits | (1 << (int)category));
            return c => (mask & (1 << (int)CharUnicodeInfo.GetUnicodeCategory(c))) != 0;
        }

        if (Scripts.TryGetValue(key, out var ranges))
        {
            return c => InRanges(ranges, c);
        }

        return key switch
        {
            "any" => _ => true,
            "assigned" => c => CharUnicodeInfo.GetUnicodeCategory(c) != OtherNotAssigned,
            "ascii" => c => c < 0x80,
            "uppercase" or "upper" => c => CharUnicodeInfo.GetUnicodeCategory(c) == UppercaseLetter || c is (>= 0x2160 and <= 0x216F) or (>= 0x24B6 and <= 0x24CF) || IsSquaredLetter(c),
            "whitespace" or "space" => IsWhiteSpace,
            "word" => IsWord,
            "punct" => IsPunctuationCategory,
            "blank" => c => c == '\t' || CharUnicodeInfo.GetUnicodeCategory(c) == SpaceSeparator,
            "xdigit" => IsHexDigit,
            _ => null,
        };
    }

    /// <summary>The Unicode property White_Space: what <c>\s</c> and Rust's <c>char::is_whitespace</c> accept.</summary>
    public static bool IsWhiteSpace(int c) => c < 0x10000 && char.IsWhiteSpace((char)c);

    /// <summary>The set of a property inside a bracket class, written [:name:], where Oniguruma counts symbols as punctuation.</summary>
    public static Func<int, bool>? BracketProperty(string name) =>
        name == "punct" ? c => IsPunctuationCategory(c) || IsSymbol(c) : Property(name);

    /// <summary><c>\w</c> outside brackets and for <c>\b</c>: there Oniguruma takes superscript digits and fractions of Latin-1 for word characters.</summary>
    public static CharacterClass LooseWord { get; } = new(c => IsWord(c) || c is 0xB2 or 0xB3 or 0xB9 or 0xBC or 0xBD or 0xBE);

    /// <summary>What Rust's <c>\w</c> accepts.</summary>
    public static CharacterClass RustWord { get; } = new(c => IsWord(c) || c is 0x200C or 0x200D);

    /// <summary>What Rust's <c>char::is_numeric</c> accepts: the general categories Nd, Nl and No.</summary>
    public static bool IsNumeric(int c) => CharUnicodeInfo.GetUnicodeCategory(c) is DecimalDigitNumber or LetterNumber or OtherNumber;

    /// <summary>ASCII punctuation (which counts <c>$+&lt;=&gt;^`|~</c>) or general category P.</summary>
    public static bool IsPunctuation(int c) => c < 0x80 ? c > ' ' && c < 0x7F && !char.IsAsciiLetterOrDigit((char)c) : IsPunctuationCategory(c);

    /// <summary><c>\w</c>: Alphabetic, marks, decimal digits and connector punctuation.</summary>
    public static bool IsWord(int c) => IsAlphabetic(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is NonSpacingMark or SpacingCombiningMark or EnclosingMark or DecimalDigitNumber or ConnectorPunctuation;

    private static bool IsSymbol(int c) => CharUnicodeInfo.GetUnicodeCategory(c) is MathSymbol or CurrencySymbol or ModifierSymbol or OtherSymbol;

    public static bool IsHexDigit(int c) => c < 0x80 && char.IsAsciiHexDigit((char)c);

    private static bool IsPunctuationCategory(int c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is ConnectorPunctuation or DashPunctuation or OpenPunctuation or ClosePunctuation or InitialQuotePunctuation or FinalQuotePunctuation or OtherPunctuation;

    /// <summary>Letters, letter numbers and the circled letters; marks that are Alphabetic matter only inside <c>\w</c>, which has all marks.</summary>
    private static bool IsAlphabetic(int c) => CharUnicodeInfo.GetUnicodeCategory(c)
        is UppercaseLetter or LowercaseLetter or TitlecaseLetter or ModifierLetter or OtherLetter or LetterNumber
        || c is (>= 0x24B6 and <= 0x24E9) || IsSquaredLetter(c);

    private static bool IsSquaredLetter(int c) => c is (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    private static bool InRanges(int[] ranges, int c)
    {
        for (var i = 0; i < ranges.Length && ranges[i] <= c; i += 2)
        {
            if (c <= ranges[i + 1])
            {
                return true;
            }
        }

        return false;
    }
}
