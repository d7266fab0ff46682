using PainlessSteering.Engine.Blocks;
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

    /// <summary>The rotary positions of the layers of one kind: their own where the file has such, else those of all.</summary>
    public static RopeSettings Rope(ConfigFile file, string type) => RopeSettings.Read(file, own: file.Section("rope_parameters")?.Section(type));

    /// <summary>For each layer whether it has a window: as the file says, else all but each so many-th.</summary>
    /// <param name="file">The keys.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="period">Key of how many layers there are to one without; and what it is where the file leaves it out.</param>
    public static IReadOnlyList<bool> Slide(ConfigFile file, int layers, (string Key, int Otherwise) period)
    {
        if (Read(file, layers) is { } types)
        {
            file.Ignore("layer_types says it", period.Key);
            return [.. types.Select(type => type == Sliding)];
        }

        var every = file.Int(period.Key, period.Otherwise);
        return [.. Enumerable.Range(1, layers).Select(number => number % every != 0)];
    }
}
