using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Tests.Generation;

public class SamplerTests
{
    private static readonly float[] Logits = [1.5f, -2, 3, 0.25f, 3, 2.5f, float.NegativeInfinity, 0];

    [Fact]
    public void GreedyTakesTheFirstOfTheLargest() => Assert.Equal(2, new Sampler(SamplingOptions.Greedy, []).Next(Logits));

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(0.5, 0, 1, 0)]
    [InlineData(2, 3, 1, 0)]
    [InlineData(2, 100, 1, 0)]
    [InlineData(1, 0, 0.7, 0)]
    [InlineData(1.5, 4, 0.8, 0)]
    [InlineData(1, 0, 0.01, 0)]
    [InlineData(1, 0, 1, 0.1)]
    [InlineData(2, 0, 1, 0.4)]
    [InlineData(2, 5, 0.9, 0.3)]
    [InlineData(2, 0, 0.9, 0.7)]
    [InlineData(1, 0, 1, 1)]
    public void DrawsFollowTheDistribution(double temperature, int topK, double topP, double minP)
    {
        const int Draws = 20000;
        var expected = Distribution(temperature, topK, topP, minP);
        var sampler = new Sampler(new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, Seed = 5 }, []);
        var counts = new int[Logits.Length];
        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Next(Logits)]++;
        }

        for (var token = 0; token < counts.Length; token++)
        {
            var spread = Math.Sqrt(expected[token] * (1 - expected[token]) / Draws);
            Assert.InRange((double)counts[token] / Draws, expected[token] - (4.5 * spread), expected[token] + (4.5 * spread));
        }
    }

    [Fact]
    public void TheSeedDecides()
    {
        int[] Draw(int seed)
        {
            var sampler = new Sampler(new SamplingOptions { Temperature = 1, Seed = seed }, []);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next(Logits))];
        }

        Assert.Equal(Draw(3), Draw(3));
        Assert.NotEqual(Draw(3), Draw(4));
    }

    [Fact]
    public void OptionsOutOfRangeAreErrors()
    {
        SamplingOptions[] bad =
        [
            new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { Temperature = double.PositiveInfinity },
            new() { TopK = -1 }, new() { TopP = 0 }, new() { TopP = 1.01 }, new() { TopP = double.NaN },
            new() { MinP = -0.1 }, new() { MinP = 1.1 }, new() { MinP = double.NaN },
            new() { RepetitionPenalty = 0 }, new() { RepetitionPenalty = double.NaN }, new() { RepetitionPenalty = double.PositiveInfinity },
        ];
        Assert.All(bad, options => Assert.Throws<PasException>(() => new Sampler(options, [])));
    }

    [Theory]
    [InlineData(1.5, 0, 4, 1, 2, 5)]          // 3 / 1.5 and 2.5 / 1.5 fall below the unseen 3.
    [InlineData(0.5, 0, 2, 1, 2, 5)]          // 3 / 0.5 rises.
    [InlineData(4, -4, 3, 0, 1, 2, 4, 5, 7)]  // Below zero the seen ones fall further, and -3.75 is the best that was not seen.
    [InlineData(0.5, -4, 2, 2, 4)]            // (3 - 4) * 0.5 rises.
    public void ThePenaltyDividesPositiveLogitsAndMultipliesNegativeOnes(double penalty, float shift, int expected, params int[] seen)
    {
        var sampler = new Sampler(new SamplingOptions { RepetitionPenalty = penalty }, seen);
        Assert.Equal(expected, sampler.Next([.. Logits.Select(logit => logit + shift)]));
    }

    [Fact]
    public void WhatWasDrawnIsPenalizedFromThenOn()
    {
        var sampler = new Sampler(new SamplingOptions { RepetitionPenalty = 3 }, []);
        Assert.Equal([2, 4, 5, 0], Enumerable.Range(0, 4).Select(_ => sampler.Next(Logits)));
    }

    /// <summary>By definition: a token is in the nucleus if those likelier than it, or as likely and before it, have less than top-p.</summary>
    private static double[] Distribution(double temperature, int topK, double topP, double minP)
    {
        var tokens = Enumerable.Range(0, Logits.Length).ToArray();
        bool Before(int a, int b) => Logits[a] > Logits[b] || (Logits[a] == Logits[b] && a < b);
        var kept = tokens.Where(token => topK == 0 || tokens.Count(other => Before(other, token)) < topK).ToArray();
        var softmax = Softmax(kept);
        var nucleus = kept.Where(token => kept.Where(other => Before(other, token)).Sum(other => softmax[other]) < topP).ToArray();
        return Softmax([.. nucleus.Where(token => softmax[token] >= minP * softmax.Max())]);

        double[] Softmax(int[] among)
        {
            var sum = among.Sum(token => Math.Exp(Logits[token] / temperature));
            return [.. tokens.Select(token => among.Contains(token) ? Math.Exp(Logits[token] / temperature) / sum : 0)];
        }
    }
}
