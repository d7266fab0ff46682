namespace PainlessSteering.Engine.Families;

/// <summary>Mistral: Llama with a sliding window on every layer where <c>sliding_window</c> is set.</summary>
internal static class Mistral
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["MistralForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { Window = file.Has("sliding_window") ? file.Int("sliding_window") : null }), "mistral");
}
