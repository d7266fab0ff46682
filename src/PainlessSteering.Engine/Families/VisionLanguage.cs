using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// Models that also see, of which the part that reads text is a model of another family: its keys stand in <c>text_config</c>, or in older files beside
/// those of the part that sees.
/// </summary>
internal static class VisionLanguage
{
    private const string Section = "text_config", Tied = "tie_word_embeddings";

    public static IReadOnlyList<ModelFamily> Families { get; } =
    [
        OfAny(["LlavaForConditionalGeneration", "LlavaNextForConditionalGeneration", "InternVLForConditionalGeneration"], "llama"),
        OfAny(["Mistral3ForConditionalGeneration"], "mistral", isTied: true),
        Of("Gemma3ForConditionalGeneration", Gemma3.Family, VisionLanguageNames.First, VisionLanguageNames.Nested),
        Of("Step3p7ForConditionalGeneration", Step3.Family, config => config, VisionLanguageNames.Nested),
        Of("MuseGlimmerForConditionalGeneration", MuseGlimmer.Family, VisionLanguageNames.Nested),
        Of("Llama4ForConditionalGeneration", Llama4.Family, VisionLanguageNames.First, VisionLanguageNames.Nested),
        Of("Qwen2VLForConditionalGeneration", Qwen2.Family, config => config, VisionLanguageNames.Nested),
        Of("Qwen2_5_VLForConditionalGeneration", Qwen2.Family, config => config, VisionLanguageNames.Nested),
        Of("Qwen3VLForConditionalGeneration", Qwen3.Family, VisionLanguageNames.Nested),
        Of("Qwen3VLMoeForConditionalGeneration", Qwen3Moe.OfImages, VisionLanguageNames.Nested),
        Of("Qwen3_5ForConditionalGeneration", Qwen35.Family, VisionLanguageNames.Nested),
        Of("Qwen3_5MoeForConditionalGeneration", Qwen35.WithExperts, VisionLanguageNames.Nested),
    ];

    /// <summary>Models whose text model is always of one family.</summary>
    private static ModelFamily Of(string architecture, ModelFamily text, Func<ModelConfig, ModelConfig> names, params IReadOnlyList<Func<ModelConfig, ModelConfig>> others) =>
        Of([architecture], _ => text, isTied: false, names, others);

    /// <summary>Models whose section says of which family the text model is.</summary>
    /// <param name="architectures">Entries of the key <c>architectures</c>.</param>
    /// <param name="usual">The type where the section leaves it out.</param>
    /// <param name="isTied">Whether the head is the embedding where no key says it.</param>
    private static ModelFamily OfAny(IReadOnlyList<string> architectures, string usual, bool isTied = false) => Of(architectures, section =>
    {
        var type = section.Text("model_type") ?? usual;
        return ModelFamily.All.FirstOrDefault(family => family.ModelType == type)
            ?? throw section.Unsupported("model_type", type, "one of " + string.Join(", ", ModelFamily.All.Select(family => family.ModelType).OfType<string>()));
    }, isTied, VisionLanguageNames.First, [VisionLanguageNames.Nested]);

    private static ModelFamily Of(IReadOnlyList<string> architectures, Func<ConfigFile, ModelFamily> textOf, bool isTied, Func<ModelConfig, ModelConfig> names, IReadOnlyList<Func<ModelConfig, ModelConfig>> others) =>
        new(architectures, (keys, architecture) =>
        {
            var text = textOf(keys);
            return names(text.Read(keys, text.Architectures[0]) with { Architecture = architecture, TextArchitecture = text.Architectures[0] });
        })
        {
            Keys = file =>
            {
                var section = file.Section(Section) ?? file;
                var text = textOf(section);
                return text.Keys(section).Or($$"""{"{{Tied}}": {{(isTied ? "true" : "false")}}}""").Or(text.TextDefaults);
            },
            OtherNames = others,
        };
}
