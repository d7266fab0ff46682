using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>A Unicode normalization form: NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    /// <summary>.NET refuses to normalise this noncharacter. It never combines with its neighbours, so they are normalised without it.</summary>
    private const char Refused = '\uFFFE';

    /// <summary>So many marks in a row are put in order at once; more take the square of their number.</summary>
    private const int ManyMarks = 512;

    public string Normalize(string text)
    {
        PayForMarks(text);
        return Compose(text);
    }

    private string Compose(string text) => text.Contains(Refused, StringComparison.Ordinal)
        ? string.Join(Refused, text.Split(Refused).Select(Compose))
        : text.IsNormalized(form) ? text : text.Normalize(form);

    /// <summary>Characters are taken with the marks behind them. What several are composed to stands for the first of these.</summary>
    public AlignedText Trace(AlignedText text)
    {
        var given = text.Text;
        var whole = Normalize(given);
        if (whole == given)
        {
            return text;
        }

        var result = new AlignedTextBuilder(text);
        for (int start = 0, end; start < given.Length; start = end)
        {
            end = start + AlignedText.WidthAt(given, start);
            while (end < given.Length && Joins(Rune.GetRuneAt(given, end)))
            {
                end += AlignedText.WidthAt(given, end);
            }

            AppendCluster(text, start, end, result);
        }

        var traced = result.Build();
        if (traced.Text == whole)
        {
            return traced;
        }

        result = new AlignedTextBuilder(text); // Characters joined that are no marks: each stands for the whole.
        result.Append(whole, 0, given.Length);
        return result.Build();
    }

    private void AppendCluster(AlignedText text, int start, int end, AlignedTextBuilder result)
    {
        var normalized = Normalize(text.Text[start..end]);
        var apart = new AlignedTextBuilder(text);
        var widths = new List<(int Start, int End)>();
        for (int at = start, width; at < end; at += width)
        {
            width = AlignedText.WidthAt(text.Text, at);
            apart.Append(Normalize(text.Text.Substring(at, width)), at, at + width);
            widths.Add((at, at + width));
        }

        var composed = apart.Build().Text != normalized;
        var written = composed ? normalized.EnumerateRunes().Count() : 0;
        for (var i = 0; i < widths.Count && !composed; i++)
        {
            result.Append(Normalize(text.Text[widths[i].Start..widths[i].End]), widths[i].Start, widths[i].End);
        }

        var index = 0;
        foreach (var rune in composed ? normalized.EnumerateRunes().ToArray() : [])
        {
            var (from, to) = widths[index == 0 ? 0 : Math.Clamp(widths.Count - written + index, 0, widths.Count - 1)];
            result.Append(rune.ToString(), from, to);
            index++;
        }
    }

    /// <summary>Whether a character may be joined with the one before it: a mark, or a vowel or final consonant of Hangul.</summary>
    private static bool Joins(Rune rune) => rune.Value is >= 0x1160 and <= 0x11FF
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Marks on one letter are sorted by insertion. Only long runs of them count, and no long run lies between two places that are looked at.</summary>
    private static void PayForMarks(string text)
    {
        for (var at = ManyMarks - 1; at < text.Length; at += ManyMarks)
        {
            var start = at;
            while (at < text.Length && IsMark(text[at]))
            {
                at++;
            }

            TextBudget.Spend((long)(at - start) * (at - start) / 64);
        }
    }

    private static bool IsMark(char unit) => char.GetUnicodeCategory(unit) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Surrogate;

    public JsonObject ToJson() => new() { ["type"] = $"NF{(form is NormalizationForm.FormKC or NormalizationForm.FormKD ? "K" : "")}{(form is NormalizationForm.FormC or NormalizationForm.FormKC ? "C" : "D")}" };
}
