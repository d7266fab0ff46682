using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>An architecture as GGUF files have it: what its metadata and names mean in the words of the family that computes it.</summary>
/// <param name="Name">What <c>general.architecture</c> says.</param>
/// <param name="Configure">The keys that the family would find in a config.json; it asks the metadata for all that it understands.</param>
/// <param name="Names">The weights of a file, given the keys.</param>
internal sealed record GgufArchitecture(string Name, Func<GgufFile, JsonObject> Configure, Func<JsonObject, GgufNames> Names)
{
    /// <summary>Every architecture. A new one is one file and one entry here.</summary>
    public static IReadOnlyList<GgufArchitecture> All { get; } = [LlamaArchitecture.Architecture];

    /// <exception cref="PasException">The file says none, or one that is not supported.</exception>
    public static GgufArchitecture Of(GgufMetadata metadata)
    {
        var name = metadata.Text("general.architecture") ?? throw metadata.Missing("general.architecture");
        return All.FirstOrDefault(architecture => architecture.Name == name)
            ?? throw metadata.Unsupported("general.architecture", string.Join(", ", All.Select(architecture => architecture.Name)));
    }
}
