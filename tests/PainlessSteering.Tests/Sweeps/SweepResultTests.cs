using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Tests.Sweeps;

/// <summary>A number that is none is no answer: the sweep says under which cell the model gave it.</summary>
public class SweepResultTests
{
    private static readonly SteeringEdit Weak = new(2, SteeringSite.Residual, SteeringOperation.Add, [1f, 1f], 0.5);
    private static readonly SteeringEdit Strong = new(1, SteeringSite.Mlp, SteeringOperation.Add, [1f, 1f], 7);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TheStrongestEditOfTheCellIsNamed(float number)
    {
        var result = new SweepResult([new ChoicePrompt([1], [1, 2])], [new Candidate(Weak), new Candidate(Weak, Strong)]);
        result.Set(0, null, [1, 2]);
        result.Set(0, 0, [1, 2, number]); // Of a choice that the prompt does not have.
        var error = Assert.Throws<PasException>(() => result.Set(0, 1, [1, number]));
        Assert.Equal(ErrorCodes.NotFinite, error.Code);
        Assert.Equal("strength: the steered model's logits are not finite; expected a number that the model's activations can bear; found 7 at mlp of layer 1; lower the strength, or leave the cell out", error.Message);
        Assert.StartsWith("the model's logits are not finite", Assert.Throws<PasException>(() => result.Set(0, null, [number, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EditsThatOnlyTogetherAreTooStrongMakeNoCell()
    {
        var half = Strong.Times(1e17 / 7 * 6); // The norm of its values is a root of 2 times 7.
        _ = new Candidate(Strong.Times(1e16));
        var error = Assert.Throws<PasException>(() => new Candidate(half, half));
        Assert.Contains("at mlp of layer 1", error.Found, StringComparison.Ordinal);
    }
}
