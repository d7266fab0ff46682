using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Writes the bytes of the text in the <see cref="ByteAlphabet"/> before anything is cut.</summary>
internal sealed class ByteLevelNormalizer : INormalizer
{
    public string Normalize(string text)
    {
        var letters = new char[3 * text.Length];
        return new string(letters, 0, ByteAlphabet.Write(text, letters));
    }

    public AlignedText Trace(AlignedText text) => text.Map(rune => Normalize(rune.ToString()));

    public JsonObject ToJson() => new() { ["type"] = "ByteLevel" };
}
