namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3 (dense): an RMS norm on each query and key head.</summary>
internal static class Qwen3
{
    public static ModelFamily Family { get; } = new(["Qwen3ForCausalLM"], (file, config) => config with
    {
        QueryKeyNorm = true,
        QueryKeyValueBias = file.Flag("attention_bias"),
        OutputBias = file.Flag("attention_bias"),
        Windows = Qwen2.Windows(file, config.Layers),
    });
}
