using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>
/// A family of models: which architectures it covers and how its <c>config.json</c> differs from the common keys.
/// There is one decoder; a family only sets its flags.
/// </summary>
/// <param name="Architectures">Entries of the key <c>architectures</c>.</param>
/// <param name="Configure">Completes the configuration read from the common keys.</param>
internal sealed record ModelFamily(IReadOnlyList<string> Architectures, Func<ConfigFile, ModelConfig, ModelConfig> Configure)
{
    /// <summary>Where the keys stand in the file, and what they are where it leaves them out.</summary>
    public Func<ConfigFile, ConfigFile> Keys { get; init; } = file => file;

    /// <summary>Every family. A new one is one file and one entry here.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } = [Llama.Family, Mistral.Family, Qwen2.Family, Qwen3.Family, Gemma2.Family, Gemma3.Family, Phi3.Family];
}
