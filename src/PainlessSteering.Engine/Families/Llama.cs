namespace PainlessSteering.Engine.Families;

/// <summary>Llama 1 to 3.x and everything distilled into its shape.</summary>
internal static class Llama
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["LlamaForCausalLM"], (file, config) => config
        .WithAttentionBias(file)
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") }), "llama") with
    {
        TextDefaults = """
            {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32, "max_position_embeddings": 2048}
            """,
        OtherNames = [Exaone.Named], // transformers 5 writes its configuration as one of Llama.
    };
}
