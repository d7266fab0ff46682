using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Reads runs of pieces &lt;0x..&gt; as UTF-8; a run that is no UTF-8 becomes one U+FFFD for each byte.</summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces)
    {
        var result = new List<string>(pieces.Count);
        var run = new List<byte>();
        foreach (var piece in pieces)
        {
            if (TryByte(piece, out var value))
            {
                run.Add(value);
                continue;
            }

            Flush(run, result);
            result.Add(piece);
        }

        Flush(run, result);
        return result;
    }

    public byte[]? Bytes(string piece) => TryByte(piece, out var value) ? [value] : null;

    private static bool TryByte(string piece, out byte value)
    {
        value = 0;
        return piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Flush(List<byte> run, List<string> result)
    {
        if (run.Count == 0)
        {
            return;
        }

        try
        {
            result.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            result.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
        }

        run.Clear();
    }

    public JsonObject ToJson() => new() { ["type"] = "ByteFallback" };
}
