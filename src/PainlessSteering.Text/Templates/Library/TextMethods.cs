using System.Globalization;
using System.Numerics;
using System.Text;
using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>The methods of Python's <c>str</c>.</summary>
internal static class TextMethods
{
    public static readonly Dictionary<string, Builtin> All = Builtin.Table(
        new("strip", "self chars?", a => Strip(a[0].Text(), a[1], both: true, left: true)),
        new("lstrip", "self chars?", a => Strip(a[0].Text(), a[1], both: false, left: true)),
        new("rstrip", "self chars?", a => Strip(a[0].Text(), a[1], both: false, left: false)),
        new("split", "self sep? maxsplit?", a => TextSplitting.Split(a[0].Text(), a[1], a[2].Int(-1), fromRight: false)),
        new("rsplit", "self sep? maxsplit?", a => TextSplitting.Split(a[0].Text(), a[1], a[2].Int(-1), fromRight: true)),
        new("splitlines", "self keepends?", a => TextSplitting.Lines(a[0].Text(), a[1].Int(0) != 0).List()),
        new("partition", "self sep", a => TextSplitting.Partition(a[0].Text(), a[1].Text(), fromRight: false)),
        new("rpartition", "self sep", a => TextSplitting.Partition(a[0].Text(), a[1].Text(), fromRight: true)),
        new("replace", "self old new count?", a => Replace(a[0].Text(), a[1].Text(), a[2].Text(), a[3].Int(-1))),
        new("startswith", "self prefix start? end?", a => HasAffix("startswith", a, static (text, affix) => text.StartsWith(affix, StringComparison.Ordinal))),
        new("endswith", "self suffix start? end?", a => HasAffix("endswith", a, static (text, affix) => text.EndsWith(affix, StringComparison.Ordinal))),
        new("removeprefix", "self prefix", a => a[0].Text() is var text && text.StartsWith(a[1].Text(), StringComparison.Ordinal) ? text[a[1].Text().Length..] : text),
        new("removesuffix", "self suffix", a => a[0].Text() is var text && text.EndsWith(a[1].Text(), StringComparison.Ordinal) ? text[..^a[1].Text().Length] : text),
        new("find", "self sub start? end?", a => new BigInteger(Find(a, last: false))),
        new("rfind", "self sub start? end?", a => new BigInteger(Find(a, last: true))),
        new("index", "self sub start? end?", a => Found(Find(a, last: false))),
        new("rindex", "self sub start? end?", a => Found(Find(a, last: true))),
        new("count", "self sub start? end?", a => Count(Part(a), a[1].Text())),
        new("join", "self items", a => Join(a[0].Text(), a[1])),
        new("upper", "self", a => LetterCase.Upper(a[0].Text())),
        new("lower", "self", a => LetterCase.Lower(a[0].Text())),
        new("casefold", "self", a => LetterCase.Lower(a[0].Text()).Replace("ß", "ss", StringComparison.Ordinal)),
        new("capitalize", "self", a => LetterCase.Capitalize(a[0].Text())),
        new("title", "self", a => LetterCase.Title(a[0].Text())),
        new("swapcase", "self", a => string.Concat(CodePoints.Split(a[0].Text()).Select(point => LetterCase.IsUpper(point) ? LetterCase.Lower(point) : LetterCase.Upper(point)))),
        new("center", "self width fillchar?", a => Pad(a, static (room, width) => (room / 2) + (room & width & 1))),
        new("ljust", "self width fillchar?", a => Pad(a, static (_, _) => 0)),
        new("rjust", "self width fillchar?", a => Pad(a, static (room, _) => room)),
        new("zfill", "self width", a => ZeroFill(a[0].Text(), PythonType.Index(a[1]))),
        new("expandtabs", "self tabsize?", a => ExpandTabs(a[0].Text(), a[1].Int(8))),
        new("isalpha", "self", a => Every(a[0], Rune.IsLetter)),
        new("isdigit", "self", a => Every(a[0], static rune => CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0)),
        new("isdecimal", "self", a => Every(a[0], static rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)),
        new("isnumeric", "self", a => Every(a[0], Rune.IsNumber)),
        new("isalnum", "self", a => Every(a[0], Rune.IsLetterOrDigit)),
        new("isspace", "self", a => a[0].Text() is { Length: > 0 } text && text.All(CodePoints.IsSpace)),
        new("isascii", "self", a => Ascii.IsValid(a[0].Text())),
        new("isprintable", "self", a => PythonText.IsPrintable(a[0].Text())),
        new("isupper", "self", a => LetterCase.IsUpper(a[0].Text())),
        new("islower", "self", a => LetterCase.IsLower(a[0].Text())),
        new("istitle", "self", a => LetterCase.IsTitle(a[0].Text())),
        new("isidentifier", "self", a => Every(a[0], static rune => rune.Value == '_' || Rune.IsLetterOrDigit(rune)) && !char.IsDigit(a[0].Text()[0])),
        new("format", "self * **", a => BraceFormat.Format(a[0].Text(), ((PythonTuple)a[1]).Items, (PythonDictionary)a[2])),
        new("format_map", "self mapping", a => BraceFormat.Format(a[0].Text(), [], (PythonDictionary)a[1])));

    /// <summary>Python's rule for <c>start</c> and <c>end</c>: below 0 counts from the end; then both are held to the length.</summary>
    public static (int From, int To) Range(object start, object end, int length)
    {
        var (from, to) = (start.IsGiven() ? PythonType.Index(start) : 0, end.IsGiven() ? PythonType.Index(end) : length);
        return ((int)Math.Max(0, from < 0 ? (long)from + length : from), (int)Math.Clamp(to < 0 ? (long)to + length : to, 0, length));
    }

    public static string Strip(string text, object chars, bool both, bool left)
    {
        Budget.SpendText(text.Length);
        Func<char, bool> drop = chars.IsGiven() ? SetOf(chars.Text()) : CodePoints.IsSpace;
        var (start, end) = (0, text.Length);
        while (left && start < end && drop(text[start]))
        {
            start++;
        }

        while ((both || !left) && end > start && drop(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static Func<char, bool> SetOf(string characters)
    {
        const int Few = 8;
        return characters.Length <= Few ? characters.Contains : new HashSet<char>(characters).Contains;
    }

    public static string Join(string separator, object items)
    {
        var text = new StringBuilder();
        var first = true;
        var index = 0;
        foreach (var item in PythonType.Iterate(items))
        {
            var part = PythonType.IsText(item) ? PythonType.Text(item)
                : throw TemplateException.Type(FormattableString.Invariant($"sequence item {index}: expected str instance, {PythonType.Name(item)} found"));
            Budget.SpendText(part.Length + separator.Length);
            Budget.LimitText((long)text.Length + part.Length + separator.Length);
            text.Append(first ? "" : separator).Append(part);
            first = false;
            index++;
        }

        return text.ToString();
    }

    public static string Replace(string text, string old, string replacement, int count)
    {
        Budget.SpendText(text.Length);
        if (count == 0)
        {
            return text;
        }

        var result = new StringBuilder();
        var at = 0;
        foreach (var (start, end) in Occurrences(text, old).TakeWhile((_, i) => count < 0 || i < count))
        {
            Budget.SpendText(replacement.Length);
            Budget.LimitText((long)result.Length + replacement.Length);
            result.Append(text, at, start - at).Append(replacement);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Where a text occurs in another, from left to right without overlap; the empty text before every code point and at the end.</summary>
    private static IEnumerable<(int Start, int End)> Occurrences(string text, string part)
    {
        if (part.Length > 0)
        {
            Budget.SpendText(part.Length);
            var search = new TextSearch(part);
            for (int from = 0, at; (at = search.Find(text.AsSpan(from))) >= 0; from += at + part.Length)
            {
                Budget.Spend();
                yield return (from + at, from + at + part.Length);
            }

            yield break;
        }

        var offset = 0;
        foreach (var point in CodePoints.Split(text))
        {
            yield return (offset, offset);
            offset += point.Length;
        }

        yield return (offset, offset);
    }

    private static string Part(object[] a)
    {
        var text = a[0].Text();
        var length = CodePoints.Count(text);
        var (from, to) = Range(a[2], a[3], length);
        return from > to ? "" : CodePoints.Between(text, from, to);
    }

    private static BigInteger Count(string text, string part)
    {
        Budget.SpendText(text.Length);
        return Occurrences(text, part).Count().Int();
    }

    private static bool HasAffix(string name, object[] a, Func<string, string, bool> has)
    {
        var text = a[2].IsGiven() || a[3].IsGiven() ? Part(a) : a[0].Text();
        Budget.SpendText(text.Length);
        return a[1] switch
        {
            PythonTuple affixes => affixes.Items.Any(affix => has(text, affix.Text())),
            string or Markup => has(text, a[1].Text()),
            Undefined undefined => throw undefined.Error(),
            var other => throw TemplateException.Type($"{name} first arg must be str or a tuple of str, not {PythonType.Name(other)}"),
        };
    }

    private static int Find(object[] a, bool last)
    {
        var (text, part) = (a[0].Text(), a[1].Text());
        var (from, to) = Range(a[2], a[3], CodePoints.Count(text));
        if (from > to)
        {
            return -1;
        }

        var inside = CodePoints.Between(text, from, to);
        var at = PythonText.Find(inside, part, last);
        return at < 0 ? -1 : from + CodePoints.Count(inside[..at]);
    }

    private static BigInteger Found(int at) => at >= 0 ? new BigInteger(at) : throw TemplateException.Value("substring not found");

    private static string Pad(object[] a, Func<int, int, int> left)
    {
        var (text, width) = (a[0].Text(), PythonType.Index(a[1]));
        var fill = a[2] is Missing ? " " : a[2].Text();
        if (CodePoints.Count(fill) != 1)
        {
            throw TemplateException.Type("The fill character must be exactly one character long");
        }

        var room = width - CodePoints.Count(text);
        if (room <= 0)
        {
            return text;
        }

        Budget.SpendText(width);
        var before = left(room, width);
        return new StringBuilder().Insert(0, fill, before).Append(text).Append(new StringBuilder().Insert(0, fill, room - before)).ToString();
    }

    private static string ZeroFill(string text, int width)
    {
        Budget.SpendText(Math.Max(width, text.Length));
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        return text.Insert(sign, new string('0', Math.Max(0, width - CodePoints.Count(text))));
    }

    private static string ExpandTabs(string text, int size)
    {
        var result = new StringBuilder();
        var column = 0;
        foreach (var character in text)
        {
            var width = character != '\t' ? 1 : size <= 0 ? 0 : size - (column % size);
            Budget.SpendText(width);
            Budget.LimitText((long)result.Length + width);
            result.Append(character == '\t' ? ' ' : character, width);
            column = character is '\n' or '\r' ? 0 : column + width;
        }

        return result.ToString();
    }

    private static bool Every(object value, Func<Rune, bool> test)
    {
        var text = value.Text();
        Budget.SpendCharacters(text.Length);
        return text.Length > 0 && text.EnumerateRunes().All(test);
    }
}
