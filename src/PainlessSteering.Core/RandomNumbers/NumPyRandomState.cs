using System.Numerics;

namespace PainlessSteering.RandomNumbers;

/// <summary>NumPy's legacy <c>RandomState(seed)</c>, draw for draw, as far as permutations need it.</summary>
public sealed class NumPyRandomState
{
    private readonly MersenneTwister _generator;

    /// <summary>Seeds the generator as <c>numpy.random.RandomState(seed)</c> does.</summary>
    /// <param name="seed">0 to 2^32 - 1, NumPy's own range.</param>
    /// <exception cref="PasException">The seed is outside that range.</exception>
    public NumPyRandomState(long seed)
    {
        if (seed is < 0 or > uint.MaxValue)
        {
            throw new PasException("the seed is out of range", "seed", "0 to 4294967295", FormattableString.Invariant($"{seed}")) { Code = ErrorCodes.BadSetting };
        }

        _generator = new MersenneTwister((uint)seed);
    }

    /// <summary>A random order of 0 to <paramref name="count"/> - 1, as <c>RandomState.permutation(count)</c> (and pandas' <c>sample(frac=1)</c>) gives it.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        for (var i = count - 1; i > 0; i--)
        {
            var j = UpTo((uint)i);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>A number from 0 to <paramref name="max"/>, both included: masked draws, those above are thrown away.</summary>
    private uint UpTo(uint max)
    {
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(max);
        uint value;
        do
        {
            value = _generator.Next() & mask;
        }
        while (value > max);

        return value;
    }
}
