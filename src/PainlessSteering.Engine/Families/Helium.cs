namespace PainlessSteering.Engine.Families;

/// <summary>Helium: Llama whose neighbouring elements turn together.</summary>
internal static class Helium
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["HeliumForCausalLM"], (file, config) => config
        .WithAttention(attention => attention with { RotatesNeighbours = true, QueryKeyValueBias = file.Flag("attention_bias") })
        .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") })) with
    {
        Keys = file => file.Or("""{"head_dim": 128, "rope_theta": 100000, "rms_norm_eps": 1e-8}"""),
    };
}
