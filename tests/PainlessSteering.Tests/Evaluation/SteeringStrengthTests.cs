using System.Text.Json;
using PainlessSteering.Evaluation;

namespace PainlessSteering.Tests.Evaluation;

/// <summary>Strengths as people type them, and the factors that they come to.</summary>
public class SteeringStrengthTests
{
    [Fact]
    public void BothKindsStandInOneList()
    {
        Assert.Equal([SteeringStrength.Percent(2), SteeringStrength.Percent(12.5), 1, 4, -3], SteeringStrength.List("2%, 12.5%,1,4,-3"));
        Assert.Equal(["2%", "12.5%", "1"], SteeringStrength.List("2%,12.5%,1").Select(strength => strength.ToString()));
        Assert.NotEqual(SteeringStrength.Percent(1), 1);
    }

    [Theory]
    [InlineData("2 %")]
    [InlineData("%")]
    [InlineData("2%%")]
    [InlineData("1,5%")]
    [InlineData("NaN%")]
    [InlineData("1e999%")]
    [InlineData("two")]
    public void WhatIsNeitherIsRefused(string text) => Assert.Equal(ErrorCodes.BadSetting, Assert.Throws<PasException>(() => SteeringStrength.Parse(text)).Code);

    [Fact]
    public void ACommaThatMayBeADecimalOneIsRefused() => Assert.Contains("write 0.5 where one number is meant", Assert.Throws<PasException>(() => SteeringStrength.List("2%,1,0,5")).Remedy, StringComparison.Ordinal);

    [Fact]
    public void APercentageIsOfTheNormOfActivations()
    {
        Assert.Equal(0.1 * 50 / 4, SteeringStrength.Percent(10).Factor(50, 4), 12);
        Assert.Equal(-0.1 * 50 / 4, SteeringStrength.Percent(-10).Factor(50, 4), 12);
        Assert.Equal(10, new SteeringStrength(10).Factor(50, 4));
        Assert.Equal(0, SteeringStrength.Percent(10).Factor(50, 0)); // No factor changes a vector of zeros.
        Assert.Contains("1E+308%", Assert.Throws<PasException>(() => SteeringStrength.Percent(1e308).Factor(1e9, 1e-9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InJsonAFactorIsANumberAndAPercentageAText()
    {
        SteeringStrength[] strengths = [0.25, SteeringStrength.Percent(2), 1];
        var json = JsonSerializer.Serialize(strengths);
        Assert.Equal("""[0.25,"2%",1]""", json);
        Assert.Equal(strengths, JsonSerializer.Deserialize<SteeringStrength[]>(json));
        Assert.All(new[] { "\"2\"", "\"x%\"", "\"%\"", "\"+-1%\"", "true", "null", "[]" }, text => Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<SteeringStrength>(text)));
    }
}
