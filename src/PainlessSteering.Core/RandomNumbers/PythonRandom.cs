using System.Numerics;

namespace PainlessSteering.RandomNumbers;

/// <summary>CPython's <c>random.Random(seed)</c>, draw for draw, as far as shuffles need it.</summary>
public sealed class PythonRandom
{
    private readonly MersenneTwister _generator;

    /// <summary>Seeds the generator as <c>random.Random(seed)</c> does with an int: the sign is dropped.</summary>
    public PythonRandom(long seed)
    {
        var size = seed < 0 ? unchecked((ulong)-seed) : (ulong)seed;
        var high = (uint)(size >> 32);
        _generator = new MersenneTwister(high == 0 ? [(uint)size] : [(uint)size, high]);
    }

    /// <summary>Shuffles in place as <c>random.shuffle(items)</c> does.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = (int)Below((uint)i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A number from 0 to <paramref name="end"/> - 1 (<c>_randbelow_with_getrandbits</c>).</summary>
    private uint Below(uint end)
    {
        var unused = BitOperations.LeadingZeroCount(end);
        uint value;
        do
        {
            value = _generator.Next() >> unused;
        }
        while (value >= end);

        return value;
    }
}
