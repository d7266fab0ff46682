namespace PainlessSteering.Engine.Families;

/// <summary>
/// Names in models that also see. Their checkpoints keep the names of the first release; transformers calls the modules otherwise since
/// version 4.52, and so do the adapters made with it. Those made before go by the checkpoint's names.
/// </summary>
internal static class VisionLanguageNames
{
    private const string Stored = "language_model.model.", Now = "model.language_model.";

    private static readonly string[] Beside = ["vision_tower.", "multi_modal_projector."];

    /// <summary>The names of the first release.</summary>
    public static ModelConfig First(ModelConfig config) => config with { Names = config.Names with { Prefix = "language_model." } };

    /// <summary>Those since then.</summary>
    public static ModelConfig Nested(ModelConfig config)
    {
        string Inner(string name) => name.StartsWith("model.", StringComparison.Ordinal) ? Now + name["model.".Length..] : name;
        return config with
        {
            Names = config.Names with { Prefix = "", Embedding = Inner(config.Names.Embedding), Blocks = Inner(config.Names.Blocks) },
            FinalNorm = config.FinalNorm with { Name = Inner(config.FinalNorm.Name) },
        };
    }

    /// <summary>Whether a module is called as it is since then.</summary>
    public static bool IsNew(string module) => module.StartsWith(Now, StringComparison.Ordinal) || Beside.Any(part => module.StartsWith("model." + part, StringComparison.Ordinal));

    /// <summary>What a module is called since then.</summary>
    /// <param name="stored">Its name in the checkpoint; any other model's stays as it is.</param>
    public static string New(string stored) =>
        stored.StartsWith(Stored, StringComparison.Ordinal) ? Now + stored[Stored.Length..]
        : stored == "language_model.lm_head" ? "lm_head"
        : Beside.Any(part => stored.StartsWith(part, StringComparison.Ordinal)) ? "model." + stored
        : stored;
}
