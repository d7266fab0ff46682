using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Dynamic scaling with a fixed share (Hunyuan): the base of the frequencies multiplied by alpha^(size / (size - 2)), whatever the length of the text.</summary>
/// <param name="Alpha">How many times as long the context is.</param>
/// <param name="Size">Elements of a head that are rotated.</param>
public sealed record DynamicScaling(double Alpha, int Size) : RopeScaling
{
    /// <inheritdoc/>
    public override double Apply(double frequency, int pair) => frequency * Math.Pow(Alpha, -2.0 * pair / (Size - 2));

    /// <summary>Null where the section has no alpha: the base then grows with the text beyond the context, which is the longest here.</summary>
    internal static DynamicScaling? Read(ConfigFile section, ConfigFile file, int? rotated)
    {
        if (!section.Has("alpha"))
        {
            section.Ignore("of texts beyond the context, which is the longest here", "factor", LongRope.OriginalContext);
            return null;
        }

        section.Ignore("alpha says it", "factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim");
        return new DynamicScaling(section.Number("alpha"), rotated ?? LongRope.Rotated(section, file));
    }
}
