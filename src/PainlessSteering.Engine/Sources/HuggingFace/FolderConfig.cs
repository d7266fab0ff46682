using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>
/// Reads config.json and generation_config.json of a folder. Each key is asked for by the family, or known not to matter, or says nothing;
/// any other is refused: a setting that is passed over in silence gives another model.
/// </summary>
internal static class FolderConfig
{
    /// <exception cref="PasException">A key is missing, wrong, contradicts another, or is not understood.</exception>
    public static (ModelConfig Config, IReadOnlyList<UnusedPart> Unused, bool IsQuantised) Read(string folder)
    {
        var file = ConfigFile.Open(Path.Combine(folder, "config.json"));
        var isQuantised = FolderQuantisation.Read(folder, file) is not null; // Comes first, so that what cannot be read is told by its format's name.
        var config = ModelConfig.Read(file);
        var unused = new List<UnusedPart>();
        foreach (var key in file.Unasked())
        {
            unused.Add(Account(file, key, FolderQuantisation.IsOf(key) ? null : KnownKeys.Reason(key.Path) ?? (file.IsRepeated(key) ? "says again what another key says" : null)));
        }

        return (WithGenerationConfig(config, Path.Combine(folder, "generation_config.json"), unused), unused, isQuantised);
    }

    /// <summary>Why a key that nobody asked for does not matter.</summary>
    /// <param name="file">Where it stands.</param>
    /// <param name="key">The key.</param>
    /// <param name="known">A reason; or null.</param>
    /// <exception cref="PasException">It may matter.</exception>
    public static UnusedPart Account(ConfigFile file, UnaskedKey key, string? known) =>
        new($"{file.Where}, key '{key.Path}'", key.Reason ?? known ?? (key.SaysNothing ? "says nothing" : throw new PasException(
            $"key '{key.Path}' is not understood, or contradicts another, and may change what the model computes", file.Where, found: key.Text, remedy: "take it out of the file if you know that it does not")
        { Code = ErrorCodes.NotSupported }));

    /// <summary>Ids of either file end a generation: published files name some in one and some in the other.</summary>
    private static ModelConfig WithGenerationConfig(ModelConfig config, string path, List<UnusedPart> unused)
    {
        if (!File.Exists(path))
        {
            return config;
        }

        var file = ConfigFile.Open(path);
        var ends = file.Ints("eos_token_id");
        unused.AddRange(file.Unasked().Select(key => (key.Path, Reason: KnownKeys.Reason(key.Path) ?? (key.SaysNothing ? "says nothing" : null)))
            .Select(key => new UnusedPart($"{file.Where}, key '{key.Path}'", key.Reason ?? "not a setting that generation has here") { IsStrange = key.Reason is null }));
        return config with { EndOfSequence = [.. config.EndOfSequence.Union(ends)] };
    }
}
