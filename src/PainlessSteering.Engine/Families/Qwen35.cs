using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Qwen3.5, dense and with experts: the blocks of Qwen3-Next with a weight for each projection. Of the models that also see, the part that reads text.</summary>
internal static class Qwen35
{
    public static ModelFamily Family { get; } = new(["Qwen3_5ForCausalLM", "Qwen3_5ForConditionalGeneration"], (file, architecture) =>
        Read(file, architecture, new MlpPlan { InnerSize = file.Int("intermediate_size") }))
    {
        Keys = Keys,
        ModelType = "qwen3_5_text",
    };

    public static ModelFamily WithExperts { get; } = new(["Qwen3_5MoeForCausalLM", "Qwen3_5MoeForConditionalGeneration"], (file, architecture) =>
        Read(file, architecture, Qwen3Next.Experts(file, new MlpPlan { InnerSize = file.Int("moe_intermediate_size") }) with { IsPublishedFused = true }))
    {
        Keys = Keys,
        ModelType = "qwen3_5_moe_text",
    };

    private static ModelConfig Read(ConfigFile file, string architecture, FeedForwardPlan feedForward) => Qwen3Next.Read(
        file, architecture, architecture.EndsWith("ForConditionalGeneration", StringComparison.Ordinal) ? "model.language_model" : "model", isGrouped: false, feedForward);

    /// <summary>The keys of the text model. Whether the head is the embedding may also stand beside its section.</summary>
    private static ConfigFile Keys(ConfigFile file)
    {
        const string Tied = "tie_word_embeddings";
        if (file.Section("text_config") is not { } text)
        {
            return file.Or(Qwen3Next.Defaults);
        }

        var whole = file.Flag(Tied, text.Flag(Tied));
        return whole == text.Flag(Tied, whole)
            ? text.Or(Qwen3Next.Defaults).Or($$"""{"{{Tied}}": {{(whole ? "true" : "false")}}}""")
            : throw file.Unsupported(Tied, whole ? "true" : "false", "the same as in 'text_config'");
    }
}
