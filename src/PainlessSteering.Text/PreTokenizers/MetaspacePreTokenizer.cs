using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>When a '▁' is put before a text that does not begin with one.</summary>
internal enum PrependScheme
{
    Never,

    /// <summary>Before the beginning of the user's text only.</summary>
    First,
    Always,
}

/// <summary>Writes spaces as '▁', puts one before the text, and cuts before each.</summary>
internal sealed class MetaspacePreTokenizer(Rune replacement, PrependScheme scheme, bool split) : IPreTokenizer
{
    private readonly string mark = replacement.ToString();

    public static MetaspacePreTokenizer Read(JsonPart part) =>
        new(part.Required("replacement").Character(), ReadScheme(part), part["split"].Flag(true));

    /// <summary>The scheme; files from before it existed say add_prefix_space instead.</summary>
    public static PrependScheme ReadScheme(JsonPart part)
    {
        var named = part["prepend_scheme"].OptionalText() switch
        {
            null or "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw part["prepend_scheme"].Error("unknown prepend scheme", "always, first or never", $"'{other}'"),
        };
        return part["add_prefix_space"].Flag(true) ? named : PrependScheme.Never;
    }

    public void Apply(PieceBuffer pieces)
    {
        pieces.Rewrite(Mark, rune => rune.Value == ' ' ? mark.Length : rune.Utf16SequenceLength);
        if (split)
        {
            pieces.Split(TextPattern.Literal(mark).FindAll, SplitBehavior.MergedWithNext);
        }
    }

    private int Mark(ReadOnlySpan<char> piece, Span<char> destination, bool first)
    {
        var written = 0;
        var begins = piece[0] == ' ' || piece.StartsWith(mark, StringComparison.Ordinal);
        if (!begins && (scheme == PrependScheme.Always || (scheme == PrependScheme.First && first)))
        {
            mark.CopyTo(destination);
            written = mark.Length;
        }

        foreach (var unit in piece)
        {
            if (unit == ' ')
            {
                mark.CopyTo(destination[written..]);
                written += mark.Length;
            }
            else
            {
                destination[written++] = unit;
            }
        }

        return written;
    }

    public JsonObject ToJson() => new() { ["type"] = "Metaspace", ["replacement"] = mark, ["prepend_scheme"] = scheme switch { PrependScheme.Never => "never", PrependScheme.First => "first", _ => "always" }, ["split"] = split };
}
