using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>The shape of Llama, from which most families differ in little: read from the keys that they share, then changed block by block.</summary>
internal static class LlamaShape
{
    /// <summary>Each is planned before a weight is read, so that no file decides how many.</summary>
    public const int MostLayers = 10_000;

    /// <summary>A family of this shape.</summary>
    /// <param name="architectures">Entries of the key <c>architectures</c>.</param>
    /// <param name="change">What it does otherwise.</param>
    /// <param name="type">See <see cref="ModelFamily.ModelType"/>.</param>
    public static ModelFamily Family(IReadOnlyList<string> architectures, Func<ConfigFile, ModelConfig, ModelConfig> change, string? type = null) =>
        new(architectures, (file, architecture) => change(file, Read(file, architecture))) { ModelType = type };

    /// <summary>The configuration as the common keys alone say it.</summary>
    public static ModelConfig Read(ConfigFile file, string architecture)
    {
        int heads = file.Int("num_attention_heads"), hidden = file.Int("hidden_size");
        return Read(file, architecture, new AttentionPlan
        {
            Heads = heads,
            KeyValueHeads = file.Int("num_key_value_heads", heads),
            HeadSize = file.Int("head_dim", Math.Max(1, hidden / heads)),
            Rope = RopeSettings.Read(file),
        });
    }

    /// <summary>The same of a model with another mixer in each block.</summary>
    public static ModelConfig Read(ConfigFile file, string architecture, MixerPlan mixer)
    {
        var layers = file.Int("num_hidden_layers", most: MostLayers);
        var mlp = new MlpPlan { InnerSize = file.Int("intermediate_size"), Activation = ReadActivation(file) };
        var epsilon = file.Number("rms_norm_eps", 1e-6);
        return new ModelConfig(Blocks(mixer, mlp, layers, epsilon), FinalNorm(epsilon))
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

    /// <summary>Equal blocks of these parts.</summary>
    /// <param name="mixer">Of each.</param>
    /// <param name="mlp">The feed-forward part of each.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="epsilon">Of every norm.</param>
    public static IReadOnlyList<BlockPlan> Blocks(MixerPlan mixer, MlpPlan mlp, int layers, double epsilon) => [.. Enumerable.Repeat(
        new SequentialBlock
        {
            Mixer = mixer,
            FeedForward = mlp,
            MixerNorm = new RmsNormPlan("input_layernorm", epsilon),
            FeedForwardNorm = new RmsNormPlan("post_attention_layernorm", epsilon),
        },
        layers)];

    /// <summary>The norm before the LM head.</summary>
    public static NormPlan FinalNorm(double epsilon) => new RmsNormPlan("model.norm", epsilon);

    /// <summary>Changes every block.</summary>
    /// <param name="config">Of this shape.</param>
    /// <param name="change">Given the layer and its block.</param>
    public static ModelConfig WithBlocks(this ModelConfig config, Func<int, SequentialBlock, SequentialBlock> change) =>
        config with { Blocks = [.. config.Blocks.Select((block, layer) => change(layer, (SequentialBlock)block))] };

    /// <summary>Changes the attention of every block.</summary>
    public static ModelConfig WithAttention(this ModelConfig config, Func<int, AttentionPlan, AttentionPlan> change) =>
        config.WithBlocks((layer, block) => block with { Mixer = change(layer, (AttentionPlan)block.Mixer) });

    /// <summary>Changes the attention of every block alike.</summary>
    public static ModelConfig WithAttention(this ModelConfig config, Func<AttentionPlan, AttentionPlan> change) => config.WithAttention((_, attention) => change(attention));

    /// <summary>Changes every attention alike; other mixers stay.</summary>
    public static ModelConfig EachAttention(this ModelConfig config, Func<AttentionPlan, AttentionPlan> change) =>
        config.WithBlocks((_, block) => block.Mixer is AttentionPlan attention ? block with { Mixer = change(attention) } : block);

    /// <summary>Changes the MLP of every block alike.</summary>
    public static ModelConfig WithMlp(this ModelConfig config, Func<MlpPlan, MlpPlan> change) =>
        config.WithBlocks((_, block) => block with { FeedForward = change((MlpPlan)block.FeedForward) });

    /// <summary>Gives each layer its window.</summary>
    /// <param name="config">Of this shape.</param>
    /// <param name="windows">Per layer: how many tokens a token sees, itself included; null where it sees all.</param>
    public static ModelConfig WithWindows(this ModelConfig config, IReadOnlyList<int?> windows) =>
        config.WithAttention((layer, attention) => attention with { Window = windows[layer] });

    /// <summary>Gives the projections of every attention the biases that <c>attention_bias</c> asks for.</summary>
    public static ModelConfig WithAttentionBias(this ModelConfig config, ConfigFile file) =>
        config.WithAttention(attention => attention with { QueryKeyValueBias = file.Flag("attention_bias"), OutputBias = file.Flag("attention_bias") });

    /// <summary>Norms what the two parts of each block give, and not what they take (OLMo 2, EXAONE 4).</summary>
    public static ModelConfig WithOutputNorms(this ModelConfig config) => config.WithBlocks((_, block) => block with
    {
        MixerNorm = new NoNorm(),
        FeedForwardNorm = new NoNorm(),
        MixerOutputNorm = block.MixerNorm with { Name = "post_attention_layernorm" },
        FeedForwardOutputNorm = block.MixerNorm with { Name = "post_feedforward_layernorm" },
    });

    /// <summary>Norms all query heads together and all key heads together before rotation (OLMo 2).</summary>
    public static ModelConfig WithNormsOfAllHeads(this ModelConfig config) => config.WithHeadNorms().WithAttention(attention => attention with { NormsAllHeads = true });

    /// <summary>Norms each query and key head before rotation.</summary>
    public static ModelConfig WithHeadNorms(this ModelConfig config) => config.WithBlocks((_, block) => block with
    {
        Mixer = (AttentionPlan)block.Mixer with { QueryNorm = block.MixerNorm with { Name = "q_norm" }, KeyNorm = block.MixerNorm with { Name = "k_norm" } },
    });

    private static Activation ReadActivation(ConfigFile file)
    {
        var key = file.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        file.Ignore("hidden_activation says it", "hidden_act");
        return file.Text(key) switch
        {
            null or "silu" => Activation.Silu,
            "gelu_pytorch_tanh" => Activation.GeluTanh,
            var other => throw file.Unsupported(key, other, "silu or gelu_pytorch_tanh"),
        };
    }
}
