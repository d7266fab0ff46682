using System.Text.Json.Nodes;
using PainlessSteering.Engine.Blocks;

namespace PainlessSteering.Engine.Conversion;

/// <summary>Finds what a scaling of rotary positions is called whose factors alone a file has.</summary>
internal static class RotaryFactors
{
    private const double Low = 1, High = 4, Original = 8192, Tolerance = 2e-6;

    /// <summary>Llama 3's where the factors are those of its published models; otherwise the factors for short and long texts alike.</summary>
    /// <param name="scaling">The scaling, with a list of factors.</param>
    /// <param name="config">The model.</param>
    public static JsonObject Named(JsonObject scaling, ModelConfig config)
    {
        var factors = scaling["short_factor"]!.AsArray().Select(factor => factor!.GetValue<double>()).ToArray();
        var attention = config.Blocks.Cast<SequentialBlock>().Select(block => block.Mixer).OfType<AttentionPlan>().First();
        var rotated = attention.RotarySize ?? attention.HeadSize;
        var plain = new RopeSettings(attention.Rope.Theta).Frequencies(rotated);
        var llama = new RopeSettings(attention.Rope.Theta, new Llama3Scaling(factors[^1], Low, High, Original)).Frequencies(rotated);
        if ((double)scaling["attention_factor"]! == 1 && plain.Select((frequency, pair) => Math.Abs((frequency / llama[pair] / factors[pair]) - 1)).All(error => error <= Tolerance))
        {
            return new JsonObject { ["rope_type"] = "llama3", ["factor"] = factors[^1], ["low_freq_factor"] = Low, ["high_freq_factor"] = High, ["original_max_position_embeddings"] = (int)Original };
        }

        var named = scaling.DeepClone().AsObject();
        named["long_factor"] = named["short_factor"]!.DeepClone();
        named["original_max_position_embeddings"] = config.ContextLength;
        return named;
    }
}
