using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models;

/// <summary>Small seeded models, one for each way in which the families differ.</summary>
internal static class TinyModels
{
    private const double Epsilon = 1e-5;

    public static readonly ModelConfig Llama = OfBlocks(
        LlamaShape.Blocks(new AttentionPlan { Heads = 4, KeyValueHeads = 2, HeadSize = 8, Rope = new RopeSettings(10000) }, new MlpPlan { InnerSize = 40 }, 3, Epsilon));

    private static readonly NormPlan AddsOne = new RmsNormPlan("input_layernorm", Epsilon, AddsOne: true);

    private static readonly ModelConfig Gemma = Llama
        .WithMlp(mlp => mlp with { Activation = Activation.GeluTanh })
        .WithBlocks((_, block) => block with
        {
            MixerNorm = AddsOne,
            MixerOutputNorm = AddsOne with { Name = "post_attention_layernorm" },
            FeedForwardNorm = AddsOne with { Name = "pre_feedforward_layernorm" },
            FeedForwardOutputNorm = AddsOne with { Name = "post_feedforward_layernorm" },
        }) with
    {
        FinalNorm = AddsOne with { Name = "model.norm" },
        EmbeddingFactor = Math.Sqrt(24),
        TiedEmbeddings = true,
    };

    public static ModelConfig Config(string name) => name switch
    {
        "llama" => Llama,
        "llama3-rope, tied" => Llama.WithAttention(attention => attention with { Rope = new RopeSettings(500000, new Llama3Scaling(8, 1, 4, 64)) }) with { TiedEmbeddings = true },
        "mistral window, wide heads" => Llama.WithAttention(attention => attention with { Window = 5, HeadSize = 10 }),
        "llama 4 chunks" => Llama.WithAttention(attention => attention with { Chunk = 5 }),
        "qwen2 bias" => Llama.WithAttention(attention => attention with { QueryKeyValueBias = true }).WithWindows([null, 7, 7]),
        "qwen3 norm, one key head" => Llama.WithAttention(attention => attention with { KeyValueHeads = 1 }).WithHeadNorms(),
        "gemma2" => Gemma.WithAttention(attention => attention with { QueryScalar = 3, ScoreCap = 2 }).WithWindows([6, null, 6]) with { LogitCap = 5 },
        "gemma3" => Gemma.WithHeadNorms().WithWindows([6, 6, null])
            .WithAttention(attention => attention with { QueryScalar = 5, Rope = attention.Window is null ? new RopeSettings(1000000, new LinearScaling(8)) : new RopeSettings(10000) }),
        "phi3, long-rope, part of a head" => Phi(new RopeSettings(10000, new LongRope([1, 1.5, 2, 4], 1.2))),
        "all biases" => Llama.WithAttention(attention => attention with { QueryKeyValueBias = true, OutputBias = true }).WithMlp(mlp => mlp with { Bias = true }),
        "gated attention" => Llama.WithAttention(attention => attention with { OutputGate = new AttentionGate(), RotarySize = 4 }).WithHeadNorms().WithWindows([null, 6, null]),
        "experts" => Llama.WithBlocks((layer, block) => layer == 1 ? block : block with { FeedForward = Experts(normalises: layer == 0) }),
        "qwen3.5, delta networks" => Delta(new GatedDeltaNetPlan { Name = "linear_attn", KeyHeads = 2, Heads = 4, KeySize = 8, ValueSize = 6, Taps = 4, Epsilon = Epsilon }),
        "qwen3-next, grouped delta networks" => Delta(new GatedDeltaNetPlan { Name = "linear_attn", KeyHeads = 2, Heads = 6, KeySize = 8, ValueSize = 16, Taps = 3, Epsilon = Epsilon, IsGrouped = true }),
        "lfm2, short convolutions" => Llama.WithBlocks((layer, block) => layer == 1 ? block : block with { Mixer = new ShortConvolutionPlan { Name = "conv", Taps = 3 + layer, Bias = layer == 0 } }),
        _ => throw new ArgumentException(name),
    };

    public static TheoryData<string> Names =>
    [
        "llama", "llama3-rope, tied", "mistral window, wide heads", "llama 4 chunks", "qwen2 bias", "qwen3 norm, one key head", "all biases", "gemma2", "gemma3",
        "phi3, long-rope, part of a head", "qwen3.5, delta networks", "qwen3-next, grouped delta networks", "gated attention", "experts", "lfm2, short convolutions",
    ];

    /// <summary>Fused projections and rotation of a part of each head.</summary>
    public static ModelConfig Phi(RopeSettings rope) => Llama
        .WithAttention(attention => attention with { Names = new AttentionNames(Fused: "qkv_proj"), HeadSize = 12, RotarySize = 8, Rope = rope, Window = 9 })
        .WithMlp(mlp => mlp with { Names = new MlpNames(Fused: "gate_up_proj") });

    /// <summary>Two blocks with a delta network, then one with gated attention.</summary>
    public static ModelConfig Delta(GatedDeltaNetPlan plan) => Llama
        .WithAttention(attention => attention with { OutputGate = new AttentionGate(), RotarySize = 4 })
        .WithBlocks((_, block) => block with { MixerNorm = AddsOne, FeedForwardNorm = AddsOne with { Name = "post_attention_layernorm" } })
        .WithHeadNorms()
        .WithBlocks((layer, block) => layer == 2 ? block : block with { Mixer = plan }) with
    {
        FinalNorm = AddsOne with { Name = "model.norm" },
    };

    /// <summary>Of the usual width and vocabulary.</summary>
    public static ModelConfig OfBlocks(IReadOnlyList<BlockPlan> blocks) => new(blocks, LlamaShape.FinalNorm(Epsilon))
    {
        Architecture = "LlamaForCausalLM",
        HiddenSize = 24,
        VocabularySize = 50,
        ContextLength = 512,
    };

    /// <summary>Five experts, two for each row, and one for all rows.</summary>
    public static MixtureOfExpertsPlan Experts(bool normalises) => new()
    {
        Experts = 5,
        Expert = new MlpPlan { InnerSize = 12 },
        Router = new SoftmaxRouterPlan { Chosen = 2, Normalises = normalises },
        Shared = new SharedExpertPlan(new MlpPlan { Name = "shared_expert", InnerSize = 20 }) { GateName = "shared_expert_gate" },
    };

    /// <summary>The attention of a layer.</summary>
    public static AttentionPlan Attention(this ModelConfig config, int layer = 0) => (AttentionPlan)((SequentialBlock)config.Blocks[layer]).Mixer;

    /// <summary>The MLP of a layer.</summary>
    public static MlpPlan Mlp(this ModelConfig config, int layer = 0) => (MlpPlan)((SequentialBlock)config.Blocks[layer]).FeedForward;

    /// <summary>A random model whose norms and biases are not left at their neutral values.</summary>
    public static CausalLM Make(ModelConfig config, ScalarType dataType = ScalarType.Float32, int seed = 7)
    {
        var model = CausalLM.Random(config, seed, new LoadOptions { DataType = dataType });
        using var scope = NewDisposeScope();
        using var generator = new Generator(11);
        foreach (var weight in model.Weights.Values)
        {
            weight.add_((randn(weight.shape, generator: generator) * 0.3).to(dataType));
        }

        model.FreezeWeights();
        return model;
    }

    /// <summary>Seeded token ids.</summary>
    public static int[] Tokens(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Llama.VocabularySize))];
    }
}
