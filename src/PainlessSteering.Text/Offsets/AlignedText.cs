using System.Text;

namespace PainlessSteering.Text.Offsets;

/// <summary>A text that was made of the user's, and for every UTF-16 unit of it the part of the user's text that it stands for. Immutable.</summary>
/// <param name="text">The text.</param>
/// <param name="units">One part for each of its units.</param>
internal sealed class AlignedText(string text, (int Start, int End)[] units)
{
    public string Text => text;

    /// <summary>A part of the user's text itself: both halves of a surrogate pair stand for the whole character.</summary>
    /// <param name="text">The part.</param>
    /// <param name="at">Where it begins.</param>
    public static AlignedText Of(ReadOnlySpan<char> text, int at)
    {
        var units = new (int Start, int End)[text.Length];
        for (int i = 0, width; i < text.Length; i += width)
        {
            width = WidthAt(text, i);
            units.AsSpan(i, width).Fill((at + i, at + i + width));
        }

        return new AlignedText(text.ToString(), units);
    }

    /// <summary>The UTF-16 units of the character that begins here.</summary>
    public static int WidthAt(ReadOnlySpan<char> text, int at) => at + 1 < text.Length && char.IsHighSurrogate(text[at]) ? 2 : 1;

    /// <summary>Where the character that ends here begins.</summary>
    public int Before(int end) => end > 1 && char.IsLowSurrogate(text[end - 1]) ? end - 2 : Math.Max(end - 1, 0);

    /// <summary>The part of the user's text that some units stand for; without units nothing, where they would be.</summary>
    public (int Start, int End) Span(int start, int end) =>
        start < end ? (units[start].Start, units[end - 1].End)
        : start > 0 ? (units[start - 1].End, units[start - 1].End)
        : units.Length > 0 ? (units[0].Start, units[0].Start)
        : (0, 0);

    public AlignedText Slice(int start, int length) => new(text.Substring(start, length), units.AsSpan(start, length).ToArray());

    /// <summary>Copies the parts that units stand for.</summary>
    public void CopyUnits(int start, Span<(int Start, int End)> destination) => units.AsSpan(start, destination.Length).CopyTo(destination);

    /// <summary>Writes every character anew; what it becomes stands for it.</summary>
    public AlignedText Map(Func<Rune, string> write)
    {
        var result = new AlignedTextBuilder(this);
        for (int at = 0, width; at < text.Length; at += width)
        {
            width = WidthAt(text, at);
            result.Append(write(Rune.GetRuneAt(text, at)), at, at + width);
        }

        return result.Build();
    }
}
