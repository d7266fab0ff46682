namespace PainlessSteering.Demo;

/// <summary>Draws from a seeded generator; .NET keeps the sequence of a seed the same in every version.</summary>
internal static class RandomExtensions
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    /// <summary>True with the given probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>A copy in random order.</summary>
    public static T[] Shuffled<T>(this Random random, IEnumerable<T> from)
    {
        var copy = from.ToArray();
        random.Shuffle(copy);
        return copy;
    }
}
