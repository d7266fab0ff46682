using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Tests.Generation;

public class LogitsTests
{
    private static readonly SteeringEdit Steering = new(3, SteeringSite.Mlp, SteeringOperation.Add, [1f, 2], 77);

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 16)]
    [InlineData(float.NaN, 36)]
    [InlineData(float.PositiveInfinity, 5)]
    [InlineData(float.PositiveInfinity, 36)]
    public void LogitsWithoutAMaximumAreAnErrorThatNamesTheStrength(float bad, int place)
    {
        var logits = Enumerable.Range(0, 37).Select(i => (float)i).ToArray();
        LogitCheck.EnsureUsable(logits, Steering);
        logits[place] = bad;
        var steered = Assert.Throws<PasException>(() => LogitCheck.EnsureUsable(logits, Steering));
        Assert.Equal("steering strength: the steered model's logits are not finite; found 77 at mlp of layer 3; lower the strength", steered.Message);
        var plain = Assert.Throws<PasException>(() => LogitCheck.EnsureUsable(logits, null));
        Assert.DoesNotContain("strength", plain.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogitsThatAreAllTheSameSaySoWhereSteeringMadeThem()
    {
        LogitCheck.EnsureUsable(new float[20], null);
        Assert.Contains("all the same", Assert.Throws<PasException>(() => LogitCheck.EnsureUsable(new float[20], Steering)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TokensMayBeRuledOut() => LogitCheck.EnsureUsable([.. Enumerable.Repeat(float.NegativeInfinity, 30), 1], Steering);

    [Fact]
    public void LogProbabilitiesAreThoseOfTheSoftmax()
    {
        float[] logits = [1, 3, -2, 3, 0.5f, 900, 899];
        double[] exact = [.. logits.Select(logit => logit - 900 - Math.Log(logits.Sum(other => Math.Exp(other - 900))))];
        var chances = TokenChances.Of(logits, 4, 4);
        Assert.Equal(4, chances.Token);
        Assert.Equal(exact[4], chances.LogProbability, 1e-9);
        Assert.Equal([5, 6, 1, 3], chances.Top.Select(chance => chance.Token));
        Assert.All(chances.Top, chance => Assert.Equal(exact[chance.Token], chance.LogProbability, 1e-9));
        Assert.Empty(TokenChances.Of(logits, 4, 0).Top);
        Assert.Equal(7, TokenChances.Of(logits, 4, 100).Top.Count);
    }
}
