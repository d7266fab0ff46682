using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Families;

/// <summary>SmolLM3: Llama in which each fourth layer does not turn queries and keys.</summary>
internal static class SmolLM3
{
    public static ModelFamily Family { get; } = LlamaShape.Family(["SmolLM3ForCausalLM"], (file, config) =>
    {
        var turns = Turns(file, config.Layers);
        return config.WithAttentionBias(file)
            .WithMlp(mlp => mlp with { Bias = file.Flag("mlp_bias") })
            .WithWindows(Qwen2.Windows(file, config.Layers))
            .WithAttention((layer, attention) => attention with { Rotates = turns[layer] });
    }, "smollm3") with
    {
        Keys = file => file.Or("""{"tie_word_embeddings": true, "rope_theta": 2000000}"""),
    };

    private static bool[] Turns(ConfigFile file, int layers)
    {
        const string Key = "no_rope_layers", Interval = "no_rope_layer_interval";
        if (file.Has(Key))
        {
            file.Ignore("no_rope_layers says it", Interval);
            var turns = file.Ints(Key);
            return turns.Count == layers ? [.. turns.Select(turn => turn != 0)] : throw file.Unsupported(Key, $"{turns.Count} entries", $"{layers}, one for each layer");
        }

        var every = file.Int(Interval, 4);
        return [.. Enumerable.Range(1, layers).Select(number => number % every != 0)];
    }
}
