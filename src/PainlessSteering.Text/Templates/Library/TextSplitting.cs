using PainlessSteering.Text.Templates.Values;

namespace PainlessSteering.Text.Templates.Library;

/// <summary>Python's ways to part a text.</summary>
internal static class TextSplitting
{
    public static object Split(string text, object separator, int most, bool fromRight)
    {
        Budget.SpendText(text.Length);
        most = most < 0 ? int.MaxValue : most;
        var parts = separator.IsGiven() ? AtSeparator(text, separator.Text(), most, fromRight) : AtSpace(text, most, fromRight);
        return parts.List();
    }

    public static PythonTuple Partition(string text, string separator, bool fromRight)
    {
        EnsureNotEmpty(separator);
        var at = PythonText.Find(text, separator, fromRight);
        return new PythonTuple(at >= 0 ? [text[..at], separator, text[(at + separator.Length)..]] : fromRight ? ["", "", text] : [text, "", ""]);
    }

    public static IEnumerable<string> Lines(string text, bool keepEnds)
    {
        for (var at = 0; at < text.Length;)
        {
            Budget.Spend();
            var end = at;
            while (end < text.Length && !IsLineEnd(text[end]))
            {
                end++;
            }

            var next = end < text.Length && text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, text.Length);
            yield return text[at..(keepEnds ? next : end)];
            at = next;
        }
    }

    private static bool IsLineEnd(char character) => character is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    private static void EnsureNotEmpty(string separator)
    {
        if (separator.Length == 0)
        {
            throw TemplateException.Value("empty separator");
        }
    }

    private static List<object> AtSeparator(string text, string separator, int most, bool fromRight)
    {
        EnsureNotEmpty(separator);
        var parts = new List<object>();
        var search = new TextSearch(separator, fromRight);
        var (start, end) = (0, text.Length);
        while (parts.Count < most)
        {
            Budget.Spend();
            var rest = text.AsSpan(start, end - start);
            var at = search.Find(rest);
            if (at < 0)
            {
                break;
            }

            at += start;
            parts.Add(fromRight ? text[(at + separator.Length)..end] : text[start..at]);
            (start, end) = fromRight ? (start, at) : (at + separator.Length, end);
        }

        parts.Add(text[start..end]);
        return fromRight ? [.. Enumerable.Reverse(parts)] : parts;
    }

    private static List<object> AtSpace(string text, int most, bool fromRight)
    {
        var words = new List<(int Start, int End)>();
        for (var at = 0; at < text.Length; at++)
        {
            if (!CodePoints.IsSpace(text[at]))
            {
                var start = at;
                while (at < text.Length && !CodePoints.IsSpace(text[at]))
                {
                    at++;
                }

                Budget.Spend();
                words.Add((start, at));
            }
        }

        if (words.Count <= most)
        {
            return [.. words.Select(word => text[word.Start..word.End])];
        }

        // What is beyond the limit stays one part, trimmed on its outer side only.
        return fromRight
            ? [text[..words[words.Count - most - 1].End].TrimStart(), .. words.Skip(words.Count - most).Select(word => text[word.Start..word.End])]
            : [.. words.Take(most).Select(word => text[word.Start..word.End]), text[words[most].Start..]];
    }
}
