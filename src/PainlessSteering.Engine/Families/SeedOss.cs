namespace PainlessSteering.Engine.Families;

/// <summary>Seed-OSS: Llama with biases on query, key and value.</summary>
internal static class SeedOss
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["SeedOssForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { QueryKeyValueBias = file.Flag("attention_bias", otherwise: true), OutputBias = file.Flag("attention_out_bias") })
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") }), "seed_oss");
}
