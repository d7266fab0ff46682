namespace PainlessSteering.Engine.Families;

/// <summary>Llama 1 to 3.x and everything distilled into its shape.</summary>
internal static class Llama
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["LlamaForCausalLM"], (file, config) => config
        .WithAttentionBias(file)
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") }), "llama");
}
