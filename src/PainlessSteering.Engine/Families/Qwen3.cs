using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3 (dense): an RMS norm on each query and key head.</summary>
internal static class Qwen3
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Qwen3ForCausalLM"], (file, config) =>
        Attention(file, config).WithWindows(Qwen2.Windows(file, config.Layers)), "qwen3") with
    {
        Keys = file => file.Or("""{"head_dim": 128}"""),
    };

    /// <summary>What its models with experts share.</summary>
    public static ModelConfig Attention(ConfigFile file, ModelConfig config) => config
        .WithAttentionBias(file)
        .WithHeadNorms();
}
