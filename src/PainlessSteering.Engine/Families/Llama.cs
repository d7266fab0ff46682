namespace PainlessSteering.Engine.Families;

/// <summary>Llama 1 to 3.x and everything distilled into its shape.</summary>
internal static class Llama
{
    public static ModelFamily Family { get; } = new(["LlamaForCausalLM"], (file, config) => config with
    {
        QueryKeyValueBias = file.Flag("attention_bias"),
        OutputBias = file.Flag("attention_bias"),
        MlpBias = file.Flag("mlp_bias"),
    });
}
