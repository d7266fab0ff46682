
using PainlessSteering.RandomNumbers;

namespace PainlessSteering.Tests.Core.RandomNumbers;

public class RandomNumbersTests
{
    [Fact]
    public void MersenneTwisterMatchesThePublishedReferenceOutput()
    {
        // mt19937ar.out of Matsumoto and Nishimura: init_by_array({0x123, 0x234, 0x345, 0x456}).
        var generator = new MersenneTwister([0x123u, 0x234u, 0x345u, 0x456u]);
        Assert.Equal([1067595299u, 955945823u, 477289528u, 4107218783u, 4228976476u], Draw(generator, 5));

        // std::mt19937 of the C++ standard: seed 5489, the 10,000th output.
        Assert.Equal(4123659995u, Draw(new MersenneTwister(5489u), 10_000)[^1]);
    }

    [Fact]
    public void NumPyPermutationMatchesPublishedValues() =>
        Assert.Equal([8, 1, 5, 0, 7, 2, 9, 4, 3, 6], new NumPyRandomState(42).Permutation(10));

    [Theory] // From CPython 3.11: r = random.Random(seed); x = list(range(10)); r.shuffle(x).
    [InlineData(0, "7,8,1,5,3,4,2,0,9,6")]
    [InlineData(1, "6,8,9,7,5,3,0,4,1,2")]
    [InlineData(39, "8,7,2,9,5,1,0,6,4,3")]
    [InlineData(42, "7,3,2,8,5,6,9,4,0,1")]
    [InlineData(-7, "8,3,1,4,7,0,9,6,2,5")]
    [InlineData(9223372036854775807, "4,1,9,8,6,0,3,7,2,5")]
    [InlineData(-9223372036854775808, "5,7,9,2,0,4,1,3,6,8")]
    [InlineData(4294967296, "8,9,3,2,4,7,0,6,5,1")]
    public void PythonShuffleMatchesCPython(long seed, string expected)
    {
        var items = Enumerable.Range(0, 10).ToArray();
        new PythonRandom(seed).Shuffle(items.AsSpan());
        Assert.Equal(expected, string.Join(',', items));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4294967296)]
    public void SeedOutsideNumPysRangeIsRefused(long seed) => Assert.Throws<PasException>(() => new NumPyRandomState(seed));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void PermutationHasEveryIndexOnce(int count) =>
        Assert.Equal(Enumerable.Range(0, count), new NumPyRandomState(4294967295).Permutation(count).Order());

    private static uint[] Draw(MersenneTwister generator, int count) => [.. Enumerable.Range(0, count).Select(_ => generator.Next())];
}
