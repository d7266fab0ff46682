using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>Keys that hold a word for each layer, such as <c>layer_types</c>, which says for each whether its attention has a window.</summary>
internal static class LayerTypes
{
    public const string Key = "layer_types", Sliding = "sliding_attention", Full = "full_attention";

    /// <summary>What each layer is; null where the file does not say.</summary>
    /// <exception cref="PasException">There is not one for each layer, or one is not known.</exception>
    public static IReadOnlyList<string>? Read(ConfigFile file, int layers) => Read(file, Key, layers, Sliding, Full);

    /// <summary>The same of a key with one of two words for each layer.</summary>
    public static IReadOnlyList<string>? Read(ConfigFile file, string key, int layers, string one, string other)
    {
        var types = file.Texts(key);
        return types is null ? null
            : types.Count != layers ? throw file.Unsupported(key, $"{types.Count} entries", $"{layers}, one for each layer")
            : types.FirstOrDefault(type => type != one && type != other) is { } unknown ? throw file.Unsupported(key, unknown, $"{one} or {other}")
            : types;
    }

    /// <summary>The rotary positions of the layers of one kind: their own where the file has such, else those of all.</summary>
    public static RopeSettings Rope(ConfigFile file, string type) => RopeSettings.Read(file, own: file.Section("rope_parameters")?.Section(type));

    /// <summary>Gives the attention of each layer the base that <c>layer_rope_theta</c> has for it; where that is 0, nothing turns.</summary>
    public static ModelConfig WithBases(this ModelConfig config, ConfigFile file)
    {
        const string Bases = "layer_rope_theta";
        var bases = file.NumbersOrNone(Bases);
        return bases is null ? config
            : bases.Count == config.Layers ? config.WithAttention((layer, attention) => bases[layer] == 0 ? attention with { Rotates = false } : attention with { Rope = attention.Rope with { Theta = bases[layer] } })
            : throw file.Unsupported(Bases, $"{bases.Count} entries", $"{config.Layers}, one for each layer");
    }

    /// <summary>The window of each layer: as <c>layer_types</c> says, else by the family's rule.</summary>
    /// <param name="file">The keys.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="slides">Whether a layer has a window by the family's rule.</param>
    /// <param name="rules">Keys of that rule.</param>
    public static IReadOnlyList<int?> Windows(ConfigFile file, int layers, Func<int, bool> slides, params ReadOnlySpan<string> rules)
    {
        var types = Read(file, layers);
        if (types is not null)
        {
            file.Ignore("layer_types says it", rules);
        }

        int?[] windows = [.. Enumerable.Range(0, layers).Select(layer => (types is null ? slides(layer) : types[layer] == Sliding) ? file.Int("sliding_window") : (int?)null)];
        file.Ignore("no layer has a window", "sliding_window");
        return windows;
    }
}
