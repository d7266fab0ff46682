using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// Llama 4: attention within chunks where queries and keys turn, and to all tokens by queries that grow with their position where they do not; experts whose
/// inputs are weighted, beside one that every row passes.
/// </summary>
internal static class Llama4
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Llama4ForCausalLM"], (file, config) =>
    {
        var (turns, experts) = (Turning(file, config.Layers), WithExperts(file, config.Layers));
        file.Ignore("every layer has experts", "intermediate_size_mlp"); // Asked for where one has not.
        var hasNorm = file.Flag("use_qk_norm", otherwise: true);
        var scale = file.Truth("attn_temperature_tuning", otherwise: true) ? new PositionScale(file.Number("attn_scale", 0.1), file.Number("floor_scale", 8192)) { Offset = 1 } : null;
        return config.WithAttentionBias(file).WithBlocks((layer, block) =>
        {
            var norm = hasNorm && turns[layer] ? (RmsNormPlan)block.MixerNorm with { HasWeight = false } : null;
            var mlp = (MlpPlan)block.FeedForward with { Name = "feed_forward" };
            return block with
            {
                Mixer = (AttentionPlan)block.Mixer with
                {
                    Rotates = turns[layer],
                    RotatesNeighbours = true,
                    Chunk = turns[layer] ? file.Int("attention_chunk_size", 8192) : null,
                    QueryNorm = norm,
                    KeyNorm = norm,
                    NormsRotated = true,
                    QueryScale = turns[layer] ? null : scale,
                },
                FeedForward = experts[layer] ? Experts(file, mlp) : mlp with { InnerSize = file.Int("intermediate_size_mlp") },
            };
        });
    }, "llama4_text") with
    {
        Keys = file => file.Or("""{"head_dim": 128, "rope_theta": 500000, "rms_norm_eps": 1e-5, "num_key_value_heads": 8}"""),
    };

    private static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp) => new()
    {
        Name = mlp.Name,
        Experts = file.Int("num_local_experts"),
        Expert = mlp,
        Fused = new FusedExperts { InputsFirst = true },
        WeighsInput = true,
        Router = new GroupedRouterPlan { Name = "router", Chosen = file.Int("num_experts_per_tok", 1) },
        Shared = new SharedExpertPlan(mlp with { Name = "shared_expert" }),
    };

    /// <summary>The layers in which queries and keys turn: all but each so many, unless a list says it.</summary>
    private static bool[] Turning(ConfigFile file, int layers)
    {
        const string List = "no_rope_layers", Chunked = "chunked_attention";
        var (list, every) = (file.Ints(List), file.Int("no_rope_layer_interval", 4));
        bool[] turns = list.Count == 0 ? [.. Enumerable.Range(1, layers).Select(number => number % every != 0)]
            : list.Count == layers ? [.. list.Select(turn => turn != 0)]
            : throw file.Unsupported(List, $"{list.Count} entries", $"{layers}, one for each layer");
        var types = LayerTypes.Read(file, LayerTypes.Key, layers, Chunked, LayerTypes.Full);
        return types is null || types.Select(type => type == Chunked).SequenceEqual(turns) ? turns
            : throw file.Unsupported(LayerTypes.Key, string.Join(", ", types), $"{Chunked} where {List} is not 0, and {LayerTypes.Full} elsewhere");
    }

    private static bool[] WithExperts(ConfigFile file, int layers)
    {
        var (list, step) = (file.Ints("moe_layers"), file.Int("interleave_moe_layer_step", 1));
        return [.. Enumerable.Range(0, layers).Select(layer => list.Count > 0 ? list.Contains(layer) : (layer + 1) % step == 0)];
    }
}
