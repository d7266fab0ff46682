using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Blocks;

/// <summary>LongRoPE (Ding et al. 2024): each frequency divided by a factor of its own, cosines and sines made larger.</summary>
/// <param name="Factors">One for each pair of elements; those for texts within the original context.</param>
/// <param name="Magnitude">What cosines and sines are multiplied by.</param>
public sealed record LongRope(IReadOnlyList<double> Factors, double Magnitude) : RopeScaling
{
    /// <inheritdoc/>
    public override double Magnitude { get; } = Magnitude;

    /// <inheritdoc/>
    public override double Apply(double frequency, int pair) => frequency / Factors[pair];

    /// <summary>Key of the context that the model was first trained for.</summary>
    internal const string OriginalContext = "original_max_position_embeddings";

    /// <summary>Where a key of a Phi stands: beside all others, or since transformers 5 in the section on rotation.</summary>
    internal static ConfigFile Holder(ConfigFile? section, ConfigFile file, string key) => section is not null && section.Has(key) ? section : file;

    /// <summary>The share of a head's elements that are rotated.</summary>
    /// <param name="file">The keys.</param>
    /// <param name="otherwise">Where the file leaves it out.</param>
    internal static double RotatedShare(ConfigFile file, double otherwise) =>
        Holder(file.Section("rope_parameters"), file, "partial_rotary_factor").Number("partial_rotary_factor", otherwise);

    /// <summary>Elements of a head that are rotated.</summary>
    internal static int Rotated(ConfigFile section, ConfigFile file)
    {
        var head = file.Int("head_dim", file.Int("hidden_size") / file.Int("num_attention_heads"));
        return (int)(head * Holder(section, file, "partial_rotary_factor").Number("partial_rotary_factor", 1));
    }

    internal static LongRope Read(ConfigFile section, ConfigFile file, int? size)
    {
        var factors = section.List("short_factor");
        section.Ignore("of texts beyond the original context, which is the longest here", "long_factor");
        var pairs = (size ?? Rotated(section, file)) / 2;
        if (factors.Count != pairs)
        {
            throw section.Unsupported("short_factor", $"{factors.Count} factors", $"{pairs}, one for each pair of elements of a head");
        }

        double context = file.Int("max_position_embeddings"), original = Holder(section, file, OriginalContext).Int(OriginalContext, (int)context);
        var factor = section.Number("factor", context / original);
        var magnitude = section.Has("attention_factor") ? section.Number("attention_factor") : factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));
        return new LongRope(factors, magnitude);
    }
}
