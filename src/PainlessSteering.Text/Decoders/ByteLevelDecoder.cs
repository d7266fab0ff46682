using System.Text;
using System.Text.Json.Nodes;

namespace PainlessSteering.Text.Decoders;

/// <summary>Reads letters of the <see cref="ByteAlphabet"/> as bytes. A piece with any other letter stands for itself; bytes that are no UTF-8 become U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces)
    {
        var bytes = new List<byte>();
        foreach (var piece in pieces)
        {
            Append(piece, bytes);
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }

    public byte[] Bytes(string piece)
    {
        var bytes = new List<byte>();
        Append(piece, bytes);
        return [.. bytes];
    }

    private static void Append(string piece, List<byte> bytes)
    {
        var start = bytes.Count;
        foreach (var letter in piece)
        {
            if (!ByteAlphabet.TryByte(letter, out var value))
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(piece));
                break;
            }

            bytes.Add(value);
        }
    }

    public JsonObject ToJson() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = true, ["trim_offsets"] = true, ["use_regex"] = true };
}
