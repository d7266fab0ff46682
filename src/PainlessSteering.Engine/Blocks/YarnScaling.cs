using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// YaRN (Peng et al. 2023): frequencies that turn often within the original context are kept, those that turn seldom divided by the factor, a ramp between;
/// cosines and sines are made larger.
/// </summary>
/// <param name="Factor">What slow frequencies are divided by.</param>
/// <param name="Low">Pairs up to this one are kept.</param>
/// <param name="High">Pairs from this one on are divided.</param>
/// <param name="Magnitude">What cosines and sines are multiplied by.</param>
public sealed record YarnScaling(double Factor, double Low, double High, double Magnitude) : RopeScaling
{
    /// <inheritdoc/>
    public override double Magnitude { get; } = Magnitude;

    /// <inheritdoc/>
    public override double Apply(double frequency, int pair)
    {
        var divided = Math.Clamp((pair - Low) / (High - Low), 0, 1);
        return frequency * ((1 - divided) + (divided / Factor));
    }

    internal static YarnScaling Read(ConfigFile section, ConfigFile file, double theta, int? size)
    {
        const double LeastRamp = 0.001;
        double context = file.Int("max_position_embeddings"), original = LongRope.Holder(section, file, LongRope.OriginalContext).Int(LongRope.OriginalContext, (int)context);
        var (factor, rotated) = (section.Number("factor", context / original), size ?? LongRope.Rotated(section, file));

        // The pair that turns so many times within the original context.
        double PairOf(double turns) => rotated * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        double low = PairOf(section.Number("beta_fast", 32)), high = PairOf(section.Number("beta_slow", 1));
        if (section.Flag("truncate", otherwise: true))
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, rotated - 1));
        return new YarnScaling(factor, low, low == high ? high + LeastRamp : high, ReadMagnitude(section, factor));
    }

    private static double ReadMagnitude(ConfigFile section, double factor)
    {
        double Scale(double by) => factor <= 1 ? 1 : (0.1 * by * Math.Log(factor)) + 1;
        return section.Has("attention_factor") ? section.Number("attention_factor")
            : section.Has("mscale") && section.Has("mscale_all_dim") ? Scale(section.Number("mscale")) / Scale(section.Number("mscale_all_dim"))
            : Scale(1);
    }
}
