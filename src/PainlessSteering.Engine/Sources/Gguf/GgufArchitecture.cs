using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>An architecture as GGUF files have it: what its metadata and names mean in the words of the family that computes it.</summary>
/// <param name="Name">What <c>general.architecture</c> says.</param>
/// <param name="Configure">The keys that the family would find in a config.json; it asks the metadata for all that it understands.</param>
/// <param name="Names">What the family calls the weights.</param>
internal sealed record GgufArchitecture(string Name, Func<ArchitectureKeys, JsonObject> Configure, Func<ArchitectureKeys, GgufNames> Names)
{
    /// <summary>What a file of this architecture cannot say of the model that it was made from, though the model may have it; empty for nothing.</summary>
    public IReadOnlyList<UnsaidPart> Unsaid { get; init; } = [];

    /// <summary>Adds keys that the family does not ask for here, and other programs do of the same model's folder; null for none.</summary>
    public Action<ArchitectureKeys, JsonObject>? Others { get; init; }

    /// <summary>The other direction; null for an architecture of which files are read alone.</summary>
    public GgufDescription? Writing { get; init; }

    /// <summary>Every architecture. A new one is one file and one entry here.</summary>
    public static IReadOnlyList<GgufArchitecture> All { get; } =
    [
        LlamaArchitecture.Architecture, Mistral3Architecture.Architecture,
        Qwen2Architecture.Architecture, Qwen2Architecture.WithImages, Qwen2MoeArchitecture.Architecture,
        Qwen3Architecture.Architecture, Qwen3Architecture.WithImages, Qwen3MoeArchitecture.Architecture,
        Qwen3NextArchitecture.Architecture, Qwen35Architecture.Architecture, Qwen35Architecture.WithExperts,
        GemmaArchitecture.Architecture, Gemma2Architecture.Architecture, Gemma3Architecture.Architecture, Phi3Architecture.Architecture,
        SeedOssArchitecture.Architecture, SmolLM3Architecture.Architecture, GraniteArchitecture.Architecture, Ernie45Architecture.Architecture,
    ];

    /// <summary>The one whose files hold models of a family.</summary>
    /// <exception cref="PasException">There is none.</exception>
    public static GgufArchitecture For(ModelConfig model, string path) => OfFamily(model) ?? throw new PasException(
        $"models of the architecture '{model.Architecture}' are not written to GGUF files", path, string.Join(", ", All.SelectMany(architecture => architecture.Writing?.Families ?? [])), remedy: "convert it to safetensors")
    { Code = ErrorCodes.NotSupported };

    /// <summary>The same; null where there is none. A model that also sees may have one of its own; if not, it is that of its text.</summary>
    public static GgufArchitecture? OfFamily(ModelConfig model) => Of(model.Architecture) ?? Of(model.TextArchitecture);

    private static GgufArchitecture? Of(string family) => All.FirstOrDefault(architecture => architecture.Writing?.Families.Contains(family) == true);

    /// <exception cref="PasException">The file says none, or one that is not supported.</exception>
    public static GgufArchitecture Of(GgufMetadata metadata)
    {
        const string Key = "general.architecture";
        var name = metadata.Text(Key) ?? throw metadata.Missing(Key);
        return All.FirstOrDefault(architecture => architecture.Name == name) ?? throw new PasException(
            $"the architecture '{name}' is not supported", metadata.Place(Key), string.Join(", ", All.Select(architecture => architecture.Name)), $"'{name}'", "use a model of one of these architectures")
        { Code = ErrorCodes.NotSupported };
    }
}
