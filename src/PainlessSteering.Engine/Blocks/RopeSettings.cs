using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Blocks;

/// <summary>How rotary positions turn into angles: the base, and a scaling for contexts longer than the trained one.</summary>
/// <param name="Theta">Base of the frequencies.</param>
/// <param name="Scaling">Null for none.</param>
public sealed record RopeSettings(double Theta, RopeScaling? Scaling = null)
{
    /// <param name="file">The keys.</param>
    /// <param name="rotated">Elements of a head that are rotated, where other keys say it than usual.</param>
    /// <param name="own">The section of some layers alone; null for that of all.</param>
    internal static RopeSettings Read(ConfigFile file, int? rotated = null, ConfigFile? own = null)
    {
        // Files written since transformers 5 keep all of it in rope_parameters. Where both are there, it is the old key that counts.
        var section = own ?? Section(file);
        file.Ignore("rope_scaling counts before it", "rope_parameters"); // Asked for where it does not.
        var theta = section is not null && section.Has("rope_theta") ? section.Number("rope_theta") : file.Number("rope_theta", 10000);
        var kind = section?.Text("rope_type") ?? section?.Text("type") ?? "default";
        return new RopeSettings(theta, kind switch
        {
            "default" or "mrope" => null, // Positions in space are equal for text.
            "linear" => new LinearScaling(section!.Number("factor")),
            "llama3" => new Llama3Scaling(
                section!.Number("factor"),
                section.Number("low_freq_factor"),
                section.Number("high_freq_factor"),
                section.Number("original_max_position_embeddings")),
            "dynamic" => DynamicScaling.Read(section!, file, rotated),
            "longrope" or "su" => LongRope.Read(section!, file, rotated),
            "yarn" => YarnScaling.Read(section!, file, theta, rotated),
            _ => throw (section ?? file).Unsupported("rope_type", kind, "default, dynamic, linear, llama3, mrope, yarn or longrope"),
        });
    }

    /// <summary>Where the scaling stands; null where there is none.</summary>
    internal static ConfigFile? Section(ConfigFile file) => file.Has("rope_type") ? file : file.Section("rope_scaling") is { } old ? old : file.Section("rope_parameters");

    /// <summary>What cosines and sines are multiplied by.</summary>
    public double Magnitude => Scaling?.Magnitude ?? 1;

    /// <summary>Angle per position of each pair of elements, [headSize / 2].</summary>
    public double[] Frequencies(int headSize)
    {
        var frequencies = new double[headSize / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var plain = 1.0 / Math.Pow(Theta, 2.0 * i / headSize);
            frequencies[i] = Scaling?.Apply(plain, i) ?? plain;
        }

        return frequencies;
    }
}

/// <summary>A change of the rotary frequencies.</summary>
public abstract record RopeScaling
{
    /// <summary>What cosines and sines are multiplied by.</summary>
    public virtual double Magnitude => 1;

    /// <summary>The scaled frequency of a plain one, both in radians per position.</summary>
    /// <param name="frequency">The plain one.</param>
    /// <param name="pair">Number of the pair of elements that turns with it, from 0.</param>
    public abstract double Apply(double frequency, int pair);
}

/// <summary>Positions divided by a factor.</summary>
public sealed record LinearScaling(double Factor) : RopeScaling
{
    /// <inheritdoc/>
    public override double Apply(double frequency, int pair) => frequency / Factor;
}

/// <summary>Llama 3's: long wavelengths divided by the factor, short ones kept, a ramp between (Llama 3.1 release).</summary>
public sealed record Llama3Scaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, double OriginalContext) : RopeScaling
{
    /// <inheritdoc/>
    public override double Apply(double frequency, int pair)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalContext / HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > OriginalContext / LowFrequencyFactor)
        {
            return frequency / Factor;
        }

        var smooth = ((OriginalContext / wavelength) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return ((1 - smooth) * frequency / Factor) + (smooth * frequency);
    }
}
