using PainlessSteering.Engine.Adapters.Changes;
using PainlessSteering.Engine.Adapters.Starts;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>LoRA on an embedding, a linear map of tokens whose weight is stored as [tokens, width].</summary>
internal sealed class EmbeddingLora : AdapterKind
{
    private const string EndOfA = ".lora_embedding_A", EndOfB = ".lora_embedding_B";

    public override IReadOnlyList<string> Methods => ["LORA"];

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var scale = LowRankScale.OfLora(folder.Config);
        var withMagnitude = folder.Config.Flag("use_dora");
        foreach (var module in folder.ModulesOf(EndOfA, EndOfB))
        {
            if (BaseStart.Of(folder.Config) is { } start)
            {
                throw new PasException($"'{start.Name}' is not supported for an embedding", folder.PlaceOf(module + EndOfA), remedy: "convert the adapter to plain LoRA with PEFT first") { Code = ErrorCodes.NotSupported };
            }

            var rank = scale.RankOf(module);
            var a = LinearLora.RankChecked(folder.Take(module + EndOfA), 0, rank, $"[{rank}, tokens]");
            var b = LinearLora.RankChecked(folder.Take(module + EndOfB), 1, rank, $"[width, {rank}]");
            yield return new LowRankChange(module, a, b, scale.Of(module))
            {
                Magnitude = withMagnitude ? Checked(folder.Take(module + ".lora_magnitude_vector"), [b.Shape[0]], $"[{b.Shape[0]}]") : null,
                Transposed = true,
                OfEmbedding = true,
            };
        }
    }
}
