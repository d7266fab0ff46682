using System.Text.Json.Nodes;
using PainlessSteering.Text.Offsets;

namespace PainlessSteering.Text.Normalizers;

/// <summary>Normalizers one after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> normalizers) : INormalizer
{
    public string Normalize(string text) => normalizers.Aggregate(text, (current, normalizer) => normalizer.Run(current));

    public AlignedText Trace(AlignedText text) => normalizers.Aggregate(text, (current, normalizer) => normalizer.Trace(current));

    public bool KeepsStart(string text)
    {
        foreach (var normalizer in normalizers)
        {
            if (text.Length == 0 || !normalizer.KeepsStart(text))
            {
                return false;
            }

            text = normalizer.Run(text);
        }

        return true;
    }

    public JsonObject? ToJson()
    {
        var all = normalizers.Select(normalizer => normalizer.ToJson()).ToArray();
        return all.Contains(null) ? null : new() { ["type"] = "Sequence", ["normalizers"] = new JsonArray([.. all]) };
    }
}
