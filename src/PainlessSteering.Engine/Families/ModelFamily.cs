using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// A family of models: which architectures it covers, how its <c>config.json</c> is read, what its checkpoints call the weights, and what its
/// blocks are made of. The engine runs the blocks that it plans, and knows of no family.
/// </summary>
/// <param name="Architectures">Entries of the key <c>architectures</c>.</param>
/// <param name="Read">Makes the configuration of <see cref="Keys"/> and the architecture.</param>
internal sealed record ModelFamily(IReadOnlyList<string> Architectures, Func<ConfigFile, string, ModelConfig> Read)
{
    /// <summary>Where the keys stand in the file, and what they are where it leaves them out.</summary>
    public Func<ConfigFile, ConfigFile> Keys { get; init; } = file => file;

    /// <summary>The key <c>model_type</c> of a config.json that is written for a model of it that reads text; null where none is written.</summary>
    public string? ModelType { get; init; }

    /// <summary>
    /// What a model is that the part of a larger one leaves out: a JSON object of the keys whose values transformers takes for it. A file of the model alone has
    /// to say them itself.
    /// </summary>
    public string TextDefaults { get; init; } = "{}";

    /// <summary>Other names under which checkpoints keep the weights: each makes the configuration for them.</summary>
    public IReadOnlyList<Func<ModelConfig, ModelConfig>> OtherNames { get; init; } = [];

    /// <summary>The family of an architecture that there is.</summary>
    public static ModelFamily Of(string architecture) => All.First(family => family.Architectures.Contains(architecture));

    /// <summary>Every family. A new one is one file and one entry here.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        Llama.Family, Mistral.Family, Mixtral.Family, Qwen2.Family, Qwen3.Family, Qwen2Moe.Family, Qwen3Moe.Family, Qwen3Next.Family, Qwen35.Family, Qwen35.WithExperts,
        Gemma2.Family, Gemma3.Family, Phi3.Family, GptOss.Family, DeepSeek.V2, DeepSeek.V3, DeepSeek.Glm4Lite, Glm4Moe.Family,
        SmolLM3.Family, Olmo2.Family, Olmo2.Olmo3, Olmo2.WithExperts, Olmoe.Family, Granite.Family, Granite.WithExperts, Glm.Family, Glm.Glm4, Ernie45.Family, Ernie45.WithExperts,
        SeedOss.Family, Mistral.Ministral, Exaone4.Family, Exaone4.WithExperts, Dots1.Family, MiniMaxM2.Family, HunYuan3.Family, Lfm2.Family, Lfm2.WithExperts,
        Gemma.Family, Gemma2.Vault, Helium.Family, Exaone.Family, Granite.WithWindows, HunYuan1.Family, HunYuan1.WithExperts, Mistral.Ministral3,
        Afmoe.Family, MimoV2.Family, Step3.Family, DeepSeek.Mistral4, MiniCpm3.Family, Llama4.Family, .. VisionLanguage.Families,
    ];
}
