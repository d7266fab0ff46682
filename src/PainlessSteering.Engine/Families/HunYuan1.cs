using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Hunyuan 1, dense and with experts (Hunyuan-A13B): norms of each head behind the rotation, beside the experts one MLP that every row passes.</summary>
internal static class HunYuan1
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["HunYuanDenseV1ForCausalLM"], Common);

    public static ModelFamily WithExperts { get; } = LlamaShape.Family(["HunYuanMoEV1ForCausalLM"], (file, config) =>
    {
        foreach (var (key, usual) in new[] { ("moe_intermediate_size", file.Int("intermediate_size")), ("num_shared_expert", 1) })
        {
            _ = file.Ints(key).All(size => size == usual) ? 0 : throw file.Unsupported(key, string.Join(", ", file.Ints(key)), $"{usual}");
        }

        Expect(file, "use_mixed_mlp_moe", isSet: true);
        return Common(file, config).WithBlocks((layer, block) => block with
        {
            FeedForward = new MixtureOfExpertsPlan
            {
                Experts = OfLayer(file, "num_experts", layer),
                Expert = (MlpPlan)block.FeedForward,
                Router = new SoftmaxRouterPlan { Name = "gate.wg", Chosen = OfLayer(file, "moe_topk", layer), Normalises = true },
                Shared = new SharedExpertPlan((MlpPlan)block.FeedForward with { Name = "shared_mlp" }),
            },
        });
    });

    private static ModelConfig Common(ConfigFile file, ModelConfig config)
    {
        Expect(file, "use_qk_norm", isSet: true);
        Expect(file, "use_cla", isSet: false);
        Expect(file, "position_embedding_xdrope", isSet: false);
        file.Ignore("no layer takes keys and values of another", "cla_share_factor");
        return config.WithAttentionBias(file).WithBlocks((_, block) => block with
        {
            Mixer = (AttentionPlan)block.Mixer with
            {
                QueryNorm = block.MixerNorm with { Name = "query_layernorm" },
                KeyNorm = block.MixerNorm with { Name = "key_layernorm" },
                NormsRotated = true,
            },
        });
    }

    /// <summary>Switches of the family's first code, which every release has in the same place.</summary>
    private static void Expect(ConfigFile file, string key, bool isSet)
    {
        if (file.Flag(key, isSet) != isSet)
        {
            throw file.Unsupported(key, isSet ? "false" : "true", isSet ? "true" : "false");
        }
    }

    /// <summary>A key that holds one number, or one for each layer.</summary>
    private static int OfLayer(ConfigFile file, string key, int layer) => file.Ints(key) switch
    {
        [] => throw file.Missing(key),
        [> 0 and var all] => all,
        var each when layer < each.Count && each[layer] > 0 => each[layer],
        var each => throw file.Unsupported(key, string.Join(", ", each), "a positive number, or one for each layer"),
    };
}
