using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3-Next: three blocks with a gated delta network to one with gated attention.</summary>
internal static class Qwen3Next
{
    private const string Linear = "linear_attention";

    public static ModelFamily Family { get; } = new(["Qwen3NextForCausalLM"], (file, architecture) =>
        Read(file, architecture, isGrouped: true, new MlpPlan { InnerSize = file.Int("intermediate_size") }).WithExperts(file, mlp => Experts(file, mlp)))
    {
        Keys = file => file.Or(Defaults),
        ModelType = "qwen3_next",
    };

    /// <summary>What the published files of Qwen3-Next and Qwen3.5 may leave out.</summary>
    public const string Defaults = """
        {"head_dim": 256, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
         "linear_num_value_heads": 32, "attn_output_gate": true, "norm_topk_prob": true}
        """;

    /// <summary>The configuration of a model whose blocks mix in this way.</summary>
    /// <param name="file">The keys, with their defaults.</param>
    /// <param name="architecture">As the file names it.</param>
    /// <param name="isGrouped">See <see cref="GatedDeltaNetPlan.IsGrouped"/>.</param>
    /// <param name="feedForward">Of every layer.</param>
    public static ModelConfig Read(ConfigFile file, string architecture, bool isGrouped, FeedForwardPlan feedForward)
    {
        if (file.Text("hidden_act") is not (null or "silu") and var activation)
        {
            throw file.Unsupported("hidden_act", activation, "silu");
        }

        var epsilon = file.Number("rms_norm_eps", 1e-6);
        RmsNormPlan Norm(string name) => new(name, epsilon, AddsOne: true);
        var attention = Attention(file, Norm);
        var delta = new GatedDeltaNetPlan
        {
            Name = "linear_attn",
            KeyHeads = file.Int("linear_num_key_heads"),
            Heads = file.Int("linear_num_value_heads"),
            KeySize = file.Int("linear_key_head_dim"),
            ValueSize = file.Int("linear_value_head_dim"),
            Taps = file.Int("linear_conv_kernel_dim"),
            Epsilon = epsilon,
            IsGrouped = isGrouped,
        };
        var blocks = Types(file).Select(type => new SequentialBlock
        {
            Mixer = type == Linear ? delta : attention,
            FeedForward = feedForward,
            MixerNorm = Norm("input_layernorm"),
            FeedForwardNorm = Norm("post_attention_layernorm"),
        });
        return new ModelConfig([.. blocks], Norm("model.norm"))
        {
            Architecture = architecture,
            HiddenSize = file.Int("hidden_size"),
            VocabularySize = file.Int("vocab_size"),
            ContextLength = file.Int("max_position_embeddings"),
            TiedEmbeddings = file.Flag("tie_word_embeddings"),
            BeginOfSequence = file.Ints("bos_token_id") is [var bos, ..] ? bos : null,
            EndOfSequence = file.Ints("eos_token_id"),
        };
    }

    /// <summary>The experts, and the one that every row passes.</summary>
    public static MixtureOfExpertsPlan Experts(ConfigFile file, MlpPlan mlp) => Qwen2Moe.Experts(file, mlp) with
    {
        Shared = new SharedExpertPlan(mlp with { Name = "shared_expert", InnerSize = file.Int("shared_expert_intermediate_size") }) { GateName = "shared_expert_gate" },
    };

    private static AttentionPlan Attention(ConfigFile file, Func<string, NormPlan> norm)
    {
        int heads = file.Int("num_attention_heads"), size = file.Int("head_dim");
        return new AttentionPlan
        {
            Heads = heads,
            KeyValueHeads = file.Int("num_key_value_heads", heads),
            HeadSize = size,
            Rope = RopeSettings.Read(file), // Qwen3.5's positions in space (mrope_section) are equal for text.
            RotarySize = (int)(size * LongRope.RotatedShare(file, 0.25)),
            QueryKeyValueBias = file.Flag("attention_bias"),
            OutputBias = file.Flag("attention_bias"),
            OutputGate = file.Flag("attn_output_gate") ? new AttentionGate() : null,
            QueryNorm = norm("q_norm"),
            KeyNorm = norm("k_norm"),
        };
    }

    /// <summary>The kind of each layer: as <c>layer_types</c> says, otherwise every so many attends. Where the file says both they have to agree.</summary>
    private static IReadOnlyList<string> Types(ConfigFile file)
    {
        const string Interval = "full_attention_interval";
        int layers = file.Int("num_hidden_layers", most: LlamaShape.MostLayers), interval = file.Int(Interval, 4);
        string[] regular = [.. Enumerable.Range(1, layers).Select(number => number % interval == 0 ? LayerTypes.Full : Linear)];
        if (LayerTypes.Read(file, LayerTypes.Key, layers, Linear, LayerTypes.Full) is not { } types)
        {
            return regular;
        }

        return file.Has(Interval) && !types.SequenceEqual(regular)
            ? throw file.Unsupported(LayerTypes.Key, string.Join(", ", types), $"what {Interval} says: each {interval}th {LayerTypes.Full}")
            : types;
    }
}
