using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Vectors.Formats;

/// <summary>One vector in a file that another program wrote, with what the file says about it; null where it does not say.</summary>
/// <param name="Name">The name in the file, e.g. <c>direction.15</c>.</param>
/// <param name="Layer">0-based block; negative ones count from the last, which is -1.</param>
/// <param name="Length">How many numbers it has.</param>
/// <param name="Read">Reads them from the file, [hidden size].</param>
internal sealed record Direction(string Name, int? Layer, long Length, Func<float[]> Read)
{
    /// <summary>The numbers, which are read each time.</summary>
    public float[] Values => Read();

    /// <summary>Where in the block it acts.</summary>
    public SteeringSite? Site { get; init; }

    /// <summary>Whether the site is the name of a module of the model, which only in some families is what the site is.</summary>
    public bool SiteIsModule { get; init; }

    /// <summary>Its factor.</summary>
    public double? Strength { get; init; }

    /// <summary>The tokens that are steered.</summary>
    public TokenRule? TokenRule { get; init; }

    /// <summary>What is done with it.</summary>
    public SteeringOperation Operation { get; init; } = SteeringOperation.Add;

    /// <summary>From its numbers the edit's target; null where the operation has none.</summary>
    public Func<float[], double>? Target { get; init; }
}
