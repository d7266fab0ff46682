using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>The key <c>layer_types</c>, which says for each layer whether its attention has a window.</summary>
internal static class LayerTypes
{
    public const string Sliding = "sliding_attention", Full = "full_attention";

    /// <summary>What each layer is; null where the file does not say.</summary>
    /// <exception cref="PasException">There is not one for each layer, or one is not known.</exception>
    public static IReadOnlyList<string>? Read(ConfigFile file, int layers)
    {
        var types = file.Texts("layer_types");
        return types is null ? null
            : types.Count != layers ? throw file.Unsupported("layer_types", $"{types.Count} entries", $"{layers}, one for each layer")
            : types.FirstOrDefault(type => type is not (Sliding or Full)) is { } other ? throw file.Unsupported("layer_types", other, $"{Sliding} or {Full}")
            : types;
    }
}
