using PainlessSteering.Engine.Editing;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Generation;

/// <summary>Seeded random vectors.</summary>
internal static class Directions
{
    public static SteeringVector Make(int size, string site, int layer, int seed, double strength = 1, TokenRule rule = TokenRule.Last, double scale = 4)
    {
        var random = new Random(seed);
        var values = Enumerable.Range(0, size).Select(_ => (float)((random.NextDouble() - 0.5) * scale)).ToArray();
        return new SteeringVector(values, SteeringSite.Parse(site), layer, strength, rule);
    }
}
