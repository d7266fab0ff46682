using System.Text;

namespace PainlessSteering.Engine.Generation;

/// <summary>Lets text through up to the first stop string; an end that could be the beginning of one is held back until it is known.</summary>
internal sealed class StopStrings(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    /// <summary>Whether a stop string has come.</summary>
    public bool Found { get; private set; }

    /// <summary>Takes the next piece of text.</summary>
    /// <returns>The text that is certain to stand before a stop string.</returns>
    public string Append(string piece)
    {
        if (stops.Count == 0)
        {
            return piece;
        }

        var text = _held.Append(piece).ToString();
        var first = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        Found = first >= 0;
        return Release(text, Found ? first : text.Length - stops.Max(stop => Beginning(text, stop)));
    }

    /// <summary>The text held back, where no more comes.</summary>
    public string Flush() => Release(_held.ToString(), _held.Length);

    private string Release(string text, int count)
    {
        _held.Clear().Append(text, count, Found ? 0 : text.Length - count);
        return text[..count];
    }

    /// <summary>Length of the longest end of the text with which the stop string begins.</summary>
    private static int Beginning(string text, string stop)
    {
        var length = Math.Min(text.Length, stop.Length - 1);
        while (!text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
        {
            length--;
        }

        return length;
    }
}
