using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>LFM2 and 2.5: most blocks mix with a gated short convolution, some with attention; in the larger ones with experts above the first blocks.</summary>
internal static class Lfm2
{
    private const string Convolution = "conv";

    /// <summary>LFM2-350M to 2.6B.</summary>
    public static ModelFamily Family { get; } = new(["Lfm2ForCausalLM"], (file, architecture) => Read(file, architecture, InnerSize(file)))
    {
        Keys = file => file.Or("""
            {"rope_theta": 1000000, "norm_eps": 1e-5, "conv_L_cache": 3, "num_key_value_heads": 8, "block_auto_adjust_ff_dim": true, "block_ffn_dim_multiplier": 1,
             "block_multiple_of": 256}
            """),
    };

    /// <summary>LFM2-8B-A1B.</summary>
    public static ModelFamily WithExperts { get; } = new(["Lfm2MoeForCausalLM"], (file, architecture) => Routed(file, Read(file, architecture, file.Int("intermediate_size"))))
    {
        Keys = file => file.Or("""
            {"rope_theta": 1000000, "norm_eps": 1e-5, "conv_L_cache": 3, "num_key_value_heads": 8, "num_dense_layers": 2, "num_experts_per_tok": 4, "norm_topk_prob": true,
             "use_expert_bias": true, "routed_scaling_factor": 1}
            """),
    };

    private static ModelConfig Read(ConfigFile file, string architecture, int innerSize)
    {
        int heads = file.Int("num_attention_heads"), hidden = file.Int("hidden_size");
        var epsilon = file.Number("norm_eps");
        var convolution = new ShortConvolutionPlan { Name = Convolution, Taps = file.Int("conv_L_cache"), Bias = file.Flag("conv_bias") };
        var attention = new AttentionPlan
        {
            Heads = heads,
            KeyValueHeads = file.Int("num_key_value_heads"),
            HeadSize = file.Int("head_dim", Math.Max(1, hidden / heads)),
            Rope = RopeSettings.Read(file),
            Names = new AttentionNames(Output: "out_proj"),
            QueryNorm = new RmsNormPlan("q_layernorm", epsilon),
            KeyNorm = new RmsNormPlan("k_layernorm", epsilon),
        };
        var mlp = new MlpPlan { Name = "feed_forward", InnerSize = innerSize, Names = new MlpNames(Gate: "w1", Up: "w3", Down: "w2") };
        ExpectWhatTheReferenceTakesForGranted(file, hidden, heads);
        var blocks = Types(file).Select(type => new SequentialBlock
        {
            Mixer = type == Convolution ? convolution : attention,
            FeedForward = mlp,
            MixerNorm = new RmsNormPlan("operator_norm", epsilon),
            FeedForwardNorm = new RmsNormPlan("ffn_norm", epsilon),
        });
        return new ModelConfig([.. blocks], new RmsNormPlan("model.embedding_norm", epsilon))
        {
            Architecture = architecture,
            HiddenSize = hidden,
            VocabularySize = file.Int("vocab_size"),
            ContextLength = file.Int("max_position_embeddings"),
            TiedEmbeddings = file.Flag(file.Has("tie_embedding") ? "tie_embedding" : "tie_word_embeddings", otherwise: true),
            BeginOfSequence = file.Ints("bos_token_id") is [var bos, ..] ? bos : null,
            EndOfSequence = file.Ints("eos_token_id"),
        };
    }

    private static ModelConfig Routed(ConfigFile file, ModelConfig config)
    {
        var dense = file.Count("num_dense_layers", 0);
        return config.WithBlocks((layer, block) => layer < dense ? block : block with
        {
            FeedForward = new MixtureOfExpertsPlan
            {
                Name = block.FeedForward.Name,
                Experts = file.Int("num_experts"),
                Expert = (MlpPlan)block.FeedForward with { InnerSize = file.Int("moe_intermediate_size") },
                Router = new GroupedRouterPlan
                {
                    Chosen = file.Int("num_experts_per_tok"),
                    CorrectionName = file.Flag("use_expert_bias") ? "expert_bias" : null,
                    Normalises = file.Flag("norm_topk_prob"),
                    AddedToSum = 1e-6,
                    Factor = file.Number("routed_scaling_factor"),
                },
            },
        });
    }

    /// <summary>Two thirds of what the file says, times a factor, up to the next multiple; each rounded down first, as the reference does.</summary>
    private static int InnerSize(ConfigFile file)
    {
        var key = file.Has("block_ff_dim") ? "block_ff_dim" : "intermediate_size";
        file.Ignore("block_ff_dim says it", "intermediate_size");
        var size = file.Int(key);
        var (factor, multiple) = (file.Number("block_ffn_dim_multiplier"), file.Int("block_multiple_of"));
        if (!file.Flag("block_auto_adjust_ff_dim"))
        {
            return size;
        }

        var whole = checked((long)(factor * (long)(2.0 * size / 3)));
        return checked((int)((whole + multiple - 1) / multiple * multiple));
    }

    /// <summary>What each block mixes with: as <c>layer_types</c> says, otherwise by the numbers of those that attend, otherwise all attend.</summary>
    private static IReadOnlyList<string> Types(ConfigFile file)
    {
        const string Attending = "full_attn_idxs";
        var layers = file.Int("num_hidden_layers", most: LlamaShape.MostLayers);
        if (LayerTypes.Read(file, LayerTypes.Key, layers, Convolution, LayerTypes.Full) is { } types)
        {
            file.Ignore("layer_types says it", Attending);
            return types;
        }

        var attending = file.Has(Attending) ? file.Ints(Attending) : [.. Enumerable.Range(0, layers)];
        return attending.Where(layer => layer < 0 || layer >= layers).ToArray() is [var beyond, ..]
            ? throw file.Unsupported(Attending, $"{beyond}", $"numbers of layers below {layers}")
            : [.. Enumerable.Range(0, layers).Select(layer => attending.Contains(layer) ? LayerTypes.Full : Convolution)];
    }

    /// <summary>Keys of the published files that the reference does not read: they must say what it does.</summary>
    private static void ExpectWhatTheReferenceTakesForGranted(ConfigFile file, int hidden, int heads)
    {
        foreach (var (key, value) in new[] { ("block_dim", hidden), ("conv_dim", hidden), ("conv_dim_out", hidden), ("num_heads", heads) })
        {
            if (file.Int(key, value) is var found && found != value)
            {
                throw file.Unsupported(key, $"{found}", $"{value}");
            }
        }

        foreach (var key in new[] { "block_use_swiglu", "use_pos_enc" })
        {
            if (!file.Flag(key, otherwise: true))
            {
                throw file.Unsupported(key, "false", "true");
            }
        }

        file.Ignore("norm_eps says it", "block_norm_eps");
        file.Ignore("matters in training alone", "block_mlp_init_scale", "block_out_init_scale", "block_use_xavier_init", "conv_use_xavier_init");
    }
}
