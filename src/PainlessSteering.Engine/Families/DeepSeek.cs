using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// DeepSeek-V2 and V3 and what is built like them (R1, Kimi-K2, Moonlight, GLM-4.7-Flash): latent attention, dense layers below, and above them experts of
/// which groups may be chosen first, beside some that every row passes.
/// </summary>
internal static class DeepSeek
{
    private const string Correction = "gate.e_score_correction_bias";

    /// <summary>DeepSeek-V2, V2-Lite and Coder-V2.</summary>
    public static ModelFamily V2 { get; } = new(["DeepseekV2ForCausalLM"], (file, architecture) => Read(file, architecture, RouterOfV2(file)))
    {
        Keys = file => file.Or("""{"first_k_dense_replace": 0, "routed_scaling_factor": 1, "topk_method": "greedy", "scoring_func": "softmax"}"""),
    };

    /// <summary>DeepSeek-V3, V3.1, R1, Kimi-K2 and Moonlight.</summary>
    public static ModelFamily V3 { get; } = new(["DeepseekV3ForCausalLM"], (file, architecture) => Read(file, architecture, RouterOfV3(file)))
    {
        Keys = file => file.Or("""
            {"n_group": 8, "topk_group": 4, "num_experts_per_tok": 8, "routed_scaling_factor": 2.5, "first_k_dense_replace": 3, "norm_topk_prob": true, "scoring_func": "sigmoid",
             "topk_method": "noaux_tc"}
            """),
    };

    /// <summary>GLM-4.7-Flash.</summary>
    public static ModelFamily Glm4Lite { get; } = new(["Glm4MoeLiteForCausalLM"], (file, architecture) => Read(file, architecture, RouterOfV3(file)))
    {
        Keys = file => file.Or("""
            {"n_group": 1, "topk_group": 1, "num_experts_per_tok": 4, "routed_scaling_factor": 1.8, "first_k_dense_replace": 1, "norm_topk_prob": true, "scoring_func": "sigmoid",
             "topk_method": "noaux_tc"}
            """),
    };

    /// <summary>Mistral 4: a softmax, and queries that grow with their position.</summary>
    public static ModelFamily Mistral4 { get; } = new(["Mistral4ForCausalLM"], (file, architecture) =>
        LlamaShape.Read(file, architecture, Attention(file) with { QueryScale = PositionScale.Read(file) }).WithRoutedExperts(file, new GroupedRouterPlan
        {
            IsSoftmax = true,
            Chosen = file.Int("num_experts_per_tok"),
            Groups = file.Int("n_group", 1),
            GroupsChosen = file.Int("topk_group", 1),
            Normalises = file.Flag("norm_topk_prob", otherwise: true),
            Factor = file.Number("routed_scaling_factor", 1),
        }))
    {
        ModelType = "mistral4",
    };

    /// <summary>Sigmoids with corrections, groups by their best two (DeepSeek-V3).</summary>
    public static GroupedRouterPlan RouterOfV3(ConfigFile file)
    {
        Expect(file, "scoring_func", "sigmoid");
        Expect(file, "topk_method", "noaux_tc");
        return new GroupedRouterPlan
        {
            Chosen = file.Int("num_experts_per_tok"),
            CorrectionName = Correction,
            Groups = file.Int("n_group", 1),
            GroupsChosen = file.Int("topk_group", 1),
            Normalises = file.Flag("norm_topk_prob", otherwise: true),
            Factor = file.Number("routed_scaling_factor", 1),
        };
    }

    /// <summary>Layers of experts above the dense ones, with those that every row passes.</summary>
    /// <param name="config">Of the shape of Llama.</param>
    /// <param name="file">The keys.</param>
    /// <param name="router">Of each layer with experts.</param>
    /// <param name="sharedName">Name of the one MLP that is those that every row passes.</param>
    public static ModelConfig WithRoutedExperts(this ModelConfig config, ConfigFile file, RouterPlan router, string sharedName = "shared_experts")
    {
        int shared = file.Count(file.Has("num_shared_experts") ? "num_shared_experts" : "n_shared_experts", 0), inner = file.Int("moe_intermediate_size");
        var dense = DenseLayers(file, config.Layers);
        return config.WithBlocks((layer, block) => dense[layer] ? block : block with { FeedForward = Experts((MlpPlan)block.FeedForward) });

        MixtureOfExpertsPlan Experts(MlpPlan mlp) => new()
        {
            Experts = file.Int(file.Has("num_experts") ? "num_experts" : "n_routed_experts"),
            Expert = mlp with { InnerSize = inner },
            Router = router,
            Shared = shared == 0 ? null : new SharedExpertPlan(mlp with { Name = sharedName, InnerSize = checked(shared * inner) }),
        };
    }

    /// <summary>Latent attention as these families' keys say it.</summary>
    public static LatentAttentionPlan Attention(ConfigFile file)
    {
        var rotary = file.Int("qk_rope_head_dim");
        var rope = RopeSettings.Read(file, rotary);
        file.Ignore("the sizes of the two parts of a head say it", "head_dim", "qk_head_dim");
        LongRope.Holder(file.Section("rope_parameters"), file, "partial_rotary_factor").Ignore("qk_rope_head_dim says it", "partial_rotary_factor");
        file.Ignore("all heads have keys and values of their own", "num_key_value_heads");
        return new LatentAttentionPlan
        {
            Heads = file.Int("num_attention_heads"),
            QueryRank = file.Has("q_lora_rank") ? file.Int("q_lora_rank") : null,
            LatentSize = file.Int("kv_lora_rank"),
            PlainSize = file.Int("qk_nope_head_dim"),
            RotarySize = rotary,
            ValueSize = file.Int("v_head_dim"),
            Rope = rope,
            RotatesNeighbours = file.Flag("rope_interleave", otherwise: true),
            ScoreFactor = ScoreFactor(file, rope),
            Bias = file.Flag("attention_bias"),
        };
    }

    /// <summary>Which layers have no experts.</summary>
    private static bool[] DenseLayers(ConfigFile file, int layers)
    {
        const string Dense = "dense";
        if (LayerTypes.Read(file, "mlp_layer_types", layers, Dense, "sparse") is not { } types)
        {
            var first = file.Count("first_k_dense_replace", 0);
            return [.. Enumerable.Range(0, layers).Select(layer => layer < first)];
        }

        file.Ignore("mlp_layer_types says it", "first_k_dense_replace");
        return [.. types.Select(type => type == Dense)];
    }

    private static ModelConfig Read(ConfigFile file, string architecture, RouterPlan router)
    {
        if (file.Int("moe_layer_freq", 1) is not 1 and var step)
        {
            throw file.Unsupported("moe_layer_freq", $"{step}", "1");
        }

        file.Ignore("no part of this family's MLPs has one", "mlp_bias");
        return LlamaShape.Read(file, architecture, Attention(file)).WithRoutedExperts(file, router);
    }

    /// <summary>A softmax, groups by their best; never divided by the sum.</summary>
    private static GroupedRouterPlan RouterOfV2(ConfigFile file)
    {
        Expect(file, "scoring_func", "softmax");
        if (file.Flag("norm_topk_prob"))
        {
            throw file.Unsupported("norm_topk_prob", "true", "false: no release has another, and the reference and its authors' code differ there");
        }

        var router = new GroupedRouterPlan { IsSoftmax = true, Judges = 1, Chosen = file.Int("num_experts_per_tok"), Factor = file.Number("routed_scaling_factor") };
        if (file.Text("topk_method") == "greedy")
        {
            file.Ignore("topk_method is greedy", "n_group", "topk_group");
            return router;
        }

        Expect(file, "topk_method", "group_limited_greedy");
        return router with { Groups = file.Int("n_group"), GroupsChosen = file.Int("topk_group") };
    }

    /// <summary>YaRN's factor of the scores, where <c>mscale_all_dim</c> asks for it.</summary>
    private static double ScoreFactor(ConfigFile file, RopeSettings rope)
    {
        if (rope.Scaling is not YarnScaling yarn || (file.Section("rope_scaling") ?? file.Section("rope_parameters")) is not { } section || !section.Has("mscale_all_dim"))
        {
            return 1;
        }

        var scale = yarn.Factor <= 1 ? 1 : (0.1 * section.Number("mscale_all_dim") * Math.Log(yarn.Factor)) + 1;
        return scale * scale;
    }

    private static void Expect(ConfigFile file, string key, string value)
    {
        if (file.Text(key) is { } found && found != value)
        {
            throw file.Unsupported(key, found, value);
        }
    }
}
