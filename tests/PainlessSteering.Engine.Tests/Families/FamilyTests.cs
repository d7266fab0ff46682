using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources;
using TorchSharp;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine.Families;

/// <summary>The published configurations of real checkpoints: their numbers of parameters are the published ones, and the rest is what the families say.</summary>
public sealed class FamilyTests : IDisposable
{
    private const string Gemma2 = """
        {"architectures": ["Gemma2ForCausalLM"], "attention_bias": false, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "head_dim": 256, "hidden_act": "gelu_pytorch_tanh",
         "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 8192, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "sliding_window": 4096, "vocab_size": 256000,
         "bos_token_id": 2, "eos_token_id": 1,
        """;

    private const string Gemma2Of2B = Gemma2 + """ "hidden_size": 2304, "intermediate_size": 9216, "num_attention_heads": 8, "num_hidden_layers": 26, "num_key_value_heads": 4}""";

    private const string Gemma2Of9B = Gemma2 + """ "hidden_size": 3584, "intermediate_size": 14336, "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8}""";

    private const string Gemma3Of1B = """
        {"architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attn_logit_softcapping": null, "final_logit_softcapping": null, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
         "hidden_size": 1152, "intermediate_size": 6912, "max_position_embeddings": 32768, "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1, "query_pre_attn_scalar": 256,
         "rms_norm_eps": 1e-06, "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": 512, "sliding_window_pattern": 6, "vocab_size": 262144, "eos_token_id": [1, 106]}
        """;

    private const string Gemma3Of4B = """
        {"architectures": ["Gemma3ForConditionalGeneration"], "eos_token_id": [1, 106], "model_type": "gemma3",
         "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text", "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024},
         "vision_config": {"hidden_size": 1152, "num_hidden_layers": 27}}
        """;

    private const string Phi3Mini4K = """
        {"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "hidden_act": "silu", "hidden_size": 3072, "intermediate_size": 8192, "max_position_embeddings": 4096, "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 32, "original_max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 10000.0, "sliding_window": 2047,
         "tie_word_embeddings": false, "vocab_size": 32064}
        """;

    private const string Phi4 = """
        {"architectures": ["Phi3ForCausalLM"], "attention_bias": false, "hidden_act": "silu", "hidden_size": 5120, "intermediate_size": 17920, "max_position_embeddings": 16384, "num_attention_heads": 40,
         "num_hidden_layers": 40, "num_key_value_heads": 10, "original_max_position_embeddings": 16384, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta": 250000, "sliding_window": null,
         "tie_word_embeddings": false, "vocab_size": 100352}
        """;

    private const string Llama31Of8B = """
        {"architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 128256,
         "max_position_embeddings": 131072, "rope_theta": 500000.0, "tie_word_embeddings": false}
        """;

    private const string Mistral01 = """
        {"architectures": ["MistralForCausalLM"], "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8, "vocab_size": 32000,
         "max_position_embeddings": 32768, "rope_theta": 10000.0, "sliding_window": 4096, "tie_word_embeddings": false}
        """;

    private const string Qwen25Of7B = """
        {"architectures": ["Qwen2ForCausalLM"], "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28, "num_hidden_layers": 28, "num_key_value_heads": 4, "vocab_size": 152064,
         "max_position_embeddings": 32768, "rope_theta": 1000000.0, "sliding_window": 131072, "use_sliding_window": false, "max_window_layers": 28, "tie_word_embeddings": false}
        """;

    private const string Llama32Of1B = """
        {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "bos_token_id": 128000, "eos_token_id": [128001, 128008, 128009], "head_dim": 64, "hidden_act": "silu", "hidden_size": 2048,
         "intermediate_size": 8192, "max_position_embeddings": 131072, "mlp_bias": false, "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
         "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192, "rope_type": "llama3"}, "rope_theta": 500000.0,
         "tie_word_embeddings": true, "use_cache": true, "vocab_size": 128256}
        """;

    private const string Mistral03 = """
        {"architectures": ["MistralForCausalLM"], "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 32768, "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 32768}
        """;

    private const string MistralNemo = """
        {"architectures": ["MistralForCausalLM"], "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120, "intermediate_size": 14336, "max_position_embeddings": 1024000, "num_attention_heads": 32,
         "num_hidden_layers": 40, "num_key_value_heads": 8, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 131072}
        """;

    private const string Qwen25Of05B = """
        {"architectures": ["Qwen2ForCausalLM"], "hidden_act": "silu", "hidden_size": 896, "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 21, "num_attention_heads": 14,
         "num_hidden_layers": 24, "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": true, "use_mrope": false, "use_sliding_window": false,
         "vocab_size": 151936}
        """;

    private const string Qwen3 = """
        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "head_dim": 128, "hidden_act": "silu", "max_position_embeddings": 40960, "num_key_value_heads": 8, "rms_norm_eps": 1e-06,
         "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null, "use_sliding_window": false, "vocab_size": 151936,
        """;

    private const string Qwen3Of06B = Qwen3 + """ "hidden_size": 1024, "intermediate_size": 3072, "max_window_layers": 28, "num_attention_heads": 16, "num_hidden_layers": 28, "tie_word_embeddings": true}""";

    private const string Qwen3Of8B = Qwen3 + """ "hidden_size": 4096, "intermediate_size": 12288, "max_window_layers": 36, "num_attention_heads": 32, "num_hidden_layers": 36, "tie_word_embeddings": false}""";

    private const string Qwen3Of30BWithExperts = """
        {"architectures": ["Qwen3MoeForCausalLM"], "attention_bias": false, "decoder_sparse_step": 1, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu", "hidden_size": 2048,
         "intermediate_size": 6144, "max_position_embeddings": 40960, "max_window_layers": 48, "mlp_only_layers": [], "moe_intermediate_size": 768, "norm_topk_prob": true, "num_attention_heads": 32,
         "num_experts": 128, "num_experts_per_tok": 8, "num_hidden_layers": 48, "num_key_value_heads": 4, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000.0, "sliding_window": null,
         "tie_word_embeddings": false, "use_sliding_window": false, "vocab_size": 151936}
        """;

    private const string Qwen15Of27BActive = """
        {"architectures": ["Qwen2MoeForCausalLM"], "decoder_sparse_step": 1, "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 5632, "max_position_embeddings": 8192,
         "max_window_layers": 21, "moe_intermediate_size": 1408, "norm_topk_prob": false, "num_attention_heads": 16, "num_experts": 60, "num_experts_per_tok": 4, "num_hidden_layers": 24,
         "num_key_value_heads": 16, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "shared_expert_intermediate_size": 5632, "sliding_window": 32768, "tie_word_embeddings": false,
         "use_sliding_window": false, "vocab_size": 151936}
        """;

    private const string DeepSeekV2Lite = """
        {"architectures": ["DeepseekV2ForCausalLM"], "first_k_dense_replace": 1, "hidden_size": 2048, "intermediate_size": 10944, "kv_lora_rank": 512, "max_position_embeddings": 163840,
         "moe_intermediate_size": 1408, "n_group": 1, "n_routed_experts": 64, "n_shared_experts": 2, "norm_topk_prob": false, "num_attention_heads": 16, "num_experts_per_tok": 6,
         "num_hidden_layers": 27, "num_key_value_heads": 16, "q_lora_rank": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "routed_scaling_factor": 1.0, "topk_method": "greedy",
         "v_head_dim": 128, "vocab_size": 102400, "rope_scaling": {"beta_fast": 32, "beta_slow": 1, "factor": 40, "mscale": 0.707, "mscale_all_dim": 0.707,
         "original_max_position_embeddings": 4096, "type": "yarn"}}
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Phi3Mini128K => Phi3Mini4K.Replace("\"max_position_embeddings\": 4096", "\"max_position_embeddings\": 131072", StringComparison.Ordinal)
        .Replace("\"rope_scaling\": null", $$"""
            "rope_scaling": {"type": "longrope", "short_factor": [{{string.Join(", ", Enumerable.Range(0, 48).Select(i => 1 + (i * 0.05)))}}], "long_factor": [{{string.Join(", ", Enumerable.Repeat("2.5", 48))}}]}
            """, StringComparison.Ordinal).Replace("\"sliding_window\": 2047", "\"sliding_window\": 262144", StringComparison.Ordinal);

    [Theory]
    [InlineData(Gemma2Of2B, 2_614_341_888)]
    [InlineData(Gemma2Of9B, 9_241_705_984)]
    [InlineData(Gemma3Of1B, 999_885_952)]
    [InlineData(Gemma3Of4B, 4_300_079_472 - 416_866_032 - ((1152 * 2560) + 1152))] // All, less the vision tower and the projector with its norm.
    [InlineData(Phi3Mini4K, 3_821_079_552)]
    [InlineData(Phi4, 14_659_507_200)]
    [InlineData(Llama31Of8B, 8_030_261_248)]
    [InlineData(Llama32Of1B, 1_235_814_400)]
    [InlineData(Mistral01, 7_241_732_096)]
    [InlineData(Mistral03, 7_248_023_552)]
    [InlineData(MistralNemo, 12_247_782_400)]
    [InlineData(Qwen25Of05B, 494_032_768)]
    [InlineData(Qwen3Of06B, 596_049_920)]
    [InlineData(Qwen3Of8B, 8_190_735_360)]
    [InlineData(Qwen25Of7B, 7_615_616_512)]
    [InlineData(Qwen3Of30BWithExperts, 30_532_122_624)]
    [InlineData(Qwen15Of27BActive, 14_315_784_192)]
    [InlineData(DeepSeekV2Lite, 15_706_484_224)]
    public void PublishedModelsHaveTheirPublishedNumberOfParameters(string config, long parameters) => Assert.Equal(parameters, Load(config).ParameterCount);

    [Fact]
    public void GemmasAlternateWindows()
    {
        var gemma2 = Load(Gemma2Of2B);
        Assert.Equal([4096, null, 4096, null], Windows(gemma2).Take(4));
        Assert.Equal((50, 30, 256, true), (gemma2.Attention().ScoreCap, gemma2.LogitCap, gemma2.Attention().QueryScalar, gemma2.TiedEmbeddings));
        var gemma3 = Load(Gemma3Of1B);
        Assert.Equal([512, 512, 512, 512, 512, null, 512], Windows(gemma3).Take(7));
        Assert.Equal((null, null, new RopeSettings(1000000), new RopeSettings(10000)), (gemma3.Attention().ScoreCap, gemma3.LogitCap, gemma3.Attention(5).Rope, gemma3.Attention().Rope));
        Assert.Equal([1, 106], gemma3.EndOfSequence);
    }

    [Fact]
    public void TheTextPartOfGemma3ThatAlsoSees()
    {
        var config = Load(Gemma3Of4B);
        Assert.Equal((8, 4, 256, 262208, 131072, "language_model."), (config.Attention().Heads, config.Attention().KeyValueHeads, config.Attention().HeadSize, config.VocabularySize, config.ContextLength, config.Names.Prefix));
        Assert.Equal((new RopeSettings(1000000, new LinearScaling(8)), new RopeSettings(10000)), (config.Attention(5).Rope, config.Attention().Rope));
        Assert.Equal([1, 106], config.EndOfSequence);
        Assert.Equal(1 / Math.Pow(1000000, 2.0 / 256) / 8, config.Attention(5).Rope.Frequencies(256)[1], 12);
    }

    [Fact]
    public void LongRopeDividesEachFrequencyAndEnlarges()
    {
        var config = Load(Phi3Mini128K);
        Assert.Equal(3_821_079_552, config.ParameterCount);
        Assert.Equal(4096, config.ContextLength); // Beyond it other factors hold, for all tokens.
        Assert.Equal(Math.Sqrt(1 + (Math.Log(32) / Math.Log(4096))), config.Attention().Rope.Magnitude, 12);
        Assert.Equal(1 / Math.Pow(10000, 2 * 7 / 96.0) / (1 + (7 * 0.05)), config.Attention().Rope.Frequencies(96)[7], 12);
        Assert.Contains("one for each pair", Assert.Throws<PasException>(() => Load(Phi3Mini128K.Replace("[1, ", "[", StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfTransformers5SayAllOfRotationInOneSection()
    {
        var factors = string.Join(", ", Enumerable.Range(0, 48).Select(i => 1 + (i * 0.05)));
        var config = Load($$"""
            {"architectures": ["Phi3ForCausalLM"], "hidden_size": 3072, "intermediate_size": 8192, "max_position_embeddings": 131072, "num_attention_heads": 24, "num_hidden_layers": 32,
             "num_key_value_heads": 8, "tie_word_embeddings": true, "vocab_size": 200064, "sliding_window": 262144, "rope_parameters": {"rope_type": "longrope", "rope_theta": 10000.0,
             "partial_rotary_factor": 0.75, "original_max_position_embeddings": 4096, "short_factor": [{{factors}}], "long_factor": [{{factors}}] } }
            """);
        Assert.Equal((96, 4096, Math.Sqrt(1 + (Math.Log(32) / Math.Log(4096)))), (config.Attention().RotarySize, config.ContextLength, config.Attention().Rope.Magnitude));
    }

    [Fact]
    public void PartOfAHeadIsRotatedInPhi4Mini()
    {
        var config = Load("""
            {"architectures": ["Phi3ForCausalLM"], "hidden_size": 3072, "intermediate_size": 8192, "max_position_embeddings": 131072, "num_attention_heads": 24, "num_hidden_layers": 32,
             "num_key_value_heads": 8, "partial_rotary_factor": 0.75, "tie_word_embeddings": true, "vocab_size": 200064, "sliding_window": 262144}
            """);
        Assert.Equal((128, 96), (config.Attention().HeadSize, config.Attention().RotarySize));
        Assert.Equal(3_836_021_760, config.ParameterCount);
    }

    [Fact]
    public void AFoldersFusedWeightsAreTheSeparateOnes()
    {
        var config = TinyModels.Phi(new RopeSettings(10000));
        using var model = TinyModels.Make(config);
        using var scope = NewDisposeScope();
        var weights = new Dictionary<string, Tensor>();
        foreach (var (name, weight) in model.Weights)
        {
            if (name.EndsWith("q_proj.weight", StringComparison.Ordinal) || name.EndsWith("gate_proj.weight", StringComparison.Ordinal))
            {
                string[] parts = name.Contains("q_proj", StringComparison.Ordinal) ? ["q_proj", "k_proj", "v_proj"] : ["gate_proj", "up_proj"];
                weights.Add(name.Replace("q_proj", "qkv_proj", StringComparison.Ordinal).Replace("gate_proj", "gate_up_proj", StringComparison.Ordinal), cat([.. parts.Select(part => model.Weights[name.Replace(parts[0], part, StringComparison.Ordinal)])], 0));
            }
            else if (!name.Contains("k_proj", StringComparison.Ordinal) && !name.Contains("v_proj", StringComparison.Ordinal) && !name.Contains("up_proj", StringComparison.Ordinal))
            {
                weights.Add(name, weight);
            }
        }

        SafeTensorsWriter.Write(_folder.File("model.safetensors"), weights, new Dictionary<string, string>());
        _folder.Write("config.json", """
            {"architectures": ["Phi3ForCausalLM"], "hidden_size": 24, "head_dim": 12, "intermediate_size": 40, "max_position_embeddings": 512, "num_attention_heads": 4, "num_hidden_layers": 3,
             "num_key_value_heads": 2, "partial_rotary_factor": 0.667, "rms_norm_eps": 1e-5, "rope_theta": 10000, "sliding_window": 9, "tie_word_embeddings": false, "vocab_size": 50}
            """);
        Assert.Equal(8, ModelSource.Open(_folder.Path).Config.Attention().RotarySize);
        foreach (var options in new[] { new LoadOptions(), new LoadOptions { DataType = ScalarType.BFloat16 } })
        {
            using var loaded = CausalLM.Load(_folder.Path, options);
            Assert.Equal(config.ParameterCount, loaded.Weights.Sum(weight => weight.Value.numel()));
            Assert.All(loaded.Weights, weight => Assert.Equal(0, (weight.Value.to(ScalarType.Float32) - model.Weights[weight.Key].to(options.DataType).to(ScalarType.Float32)).abs().max().ToSingle()));
        }
    }

    [Fact]
    public void TheTextPartsWeightsAreFoundBehindTheirPrefix()
    {
        var config = TinyModels.Config("gemma3");
        using var model = TinyModels.Make(config);
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), model.Weights.ToDictionary(weight => "language_model." + weight.Key, weight => weight.Value), new Dictionary<string, string>());
        _folder.Write("config.json", """
            {"architectures": ["Gemma3ForConditionalGeneration"], "text_config": {"hidden_size": 24, "head_dim": 8, "intermediate_size": 40, "max_position_embeddings": 512, "num_attention_heads": 4,
             "num_hidden_layers": 3, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "query_pre_attn_scalar": 5, "rope_scaling": {"factor": 8, "rope_type": "linear"}, "sliding_window": 6,
             "sliding_window_pattern": 3, "vocab_size": 50}}
            """);
        using var loaded = CausalLM.Load(_folder.Path);
        var tokens = TinyModels.Tokens(3, 20);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var logits = loaded.Logits(loaded.Forward(PackedBatch.Pack([tokens])))[0, 0].data<float>().ToArray();
        foreach (var (expected, found) in new PlainLoops(model).Logits(tokens).Zip(logits))
        {
            Assert.Equal(expected, found, 2e-4);
        }
    }

    private static IEnumerable<int?> Windows(ModelConfig config) => Enumerable.Range(0, config.Layers).Select(layer => config.Attention(layer).Window);

    private ModelConfig Load(string config)
    {
        _folder.Write("config.json", config);
        return ModelSource.Open(_folder.Path).Config;
    }
}
