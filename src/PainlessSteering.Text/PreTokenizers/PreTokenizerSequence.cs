using System.Text.Json.Nodes;

namespace PainlessSteering.Text.PreTokenizers;

/// <summary>Pre-tokenizers one after another, each on the pieces of the one before.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> preTokenizers) : IPreTokenizer
{
    public void Apply(PieceBuffer pieces)
    {
        foreach (var preTokenizer in preTokenizers)
        {
            preTokenizer.Apply(pieces);
        }
    }

    public JsonObject ToJson() => new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray([.. preTokenizers.Select(preTokenizer => preTokenizer.ToJson())]) };
}
