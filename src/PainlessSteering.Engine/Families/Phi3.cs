using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// Phi-3, 3.5 and 4: Llama with fused projections, in some models a window, rotation of a part of each head, or LongRoPE. A LongRoPE model
/// has one set of frequencies up to its original context and another beyond, where even its first tokens are read anew: here
/// the original context is the longest.
/// </summary>
internal static class Phi3
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["Phi3ForCausalLM"], (file, config) =>
    {
        if (file.Flag("attention_bias"))
        {
            throw file.Unsupported("attention_bias", "true", "false");
        }

        var isLongRope = RopeSettings.Read(file).Scaling is LongRope;
        if (!isLongRope)
        {
            file.Ignore("of a scaling that the file does not ask for", LongRope.OriginalContext);
        }

        var rotation = LongRope.Holder(file.Section("rope_parameters"), file, "partial_rotary_factor");
        return config
            .WithAttention(attention => attention with
            {
                Names = new AttentionNames(Fused: "qkv_proj"),
                RotarySize = rotation.Has("partial_rotary_factor") ? (int)(attention.HeadSize * rotation.Number("partial_rotary_factor")) : null,
                Window = file.Has("sliding_window") ? file.Int("sliding_window") : null,
            })
            .WithMlp(mlp => mlp with { Names = new MlpNames(Fused: "gate_up_proj") }) with
        {
            ContextLength = isLongRope
                ? Math.Min(config.ContextLength, LongRope.Holder(file.Section("rope_parameters"), file, LongRope.OriginalContext).Int(LongRope.OriginalContext, config.ContextLength))
                : config.ContextLength,
        };
    }, "phi3");
}
