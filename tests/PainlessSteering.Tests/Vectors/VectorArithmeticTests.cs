using PainlessSteering.Engine.Editing;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Vectors;

public sealed class VectorArithmeticTests
{
    private static readonly SteeringVector A = Vector([3, 4, 0], strength: 2);
    private static readonly SteeringVector B = Vector([0, 5, 0], strength: -1);

    [Fact]
    public void ASumIsOfWhatSteers()
    {
        var sum = VectorArithmetic.Add([A, B], [1, 0.5]);
        Assert.Equal([6f, 5.5f, 0f], sum.OnlyEdit!.Values.ToArray());
        Assert.Equal(1, sum.Strength);
    }

    [Fact]
    public void ScalingIsOfTheStrength()
    {
        var scaled = VectorArithmetic.Scale(A, -0.5);
        Assert.Equal([3f, 4f, 0f], scaled.OnlyEdit!.Values.ToArray());
        Assert.Equal(-1, scaled.Strength);
    }

    [Fact]
    public void APartAndTheRestMakeTheWhole()
    {
        var (along, rest) = (VectorArithmetic.Project(A, B), VectorArithmetic.Project(A, B, remove: true));
        Assert.Equal([0f, 4f, 0f], along.OnlyEdit!.Values.ToArray());
        Assert.Equal([3f, 0f, 0f], rest.OnlyEdit!.Values.ToArray());
        Assert.Equal(A.Strength, rest.Strength);
    }

    [Fact]
    public void TheCosineKnowsTheSignOfTheStrength()
    {
        Assert.Equal(-0.8, VectorArithmetic.Cosine(A, B), 12);
        Assert.Equal(1, VectorArithmetic.Cosine(A, A), 12);
        Assert.True(double.IsNaN(VectorArithmetic.Cosine(A, Vector([0, 0, 0]))));
    }

    [Fact]
    public void OtherPlacesAreRefused()
    {
        Assert.Contains("different places", Assert.Throws<PasException>(() => VectorArithmetic.Add([A, Vector([1, 1, 1], layer: 2)], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("different sizes", Assert.Throws<PasException>(() => VectorArithmetic.Cosine(A, Vector([1, 1]))).Message, StringComparison.Ordinal);
        Assert.Contains("no direction", Assert.Throws<PasException>(() => VectorArithmetic.Project(A, Vector([0, 0, 0]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionStaysAndIsNotMixedWithAnother()
    {
        var (one, same, other) = (Acting(0.5), Acting(0.5), Acting(0.6));
        Assert.Same(one.Condition, VectorArithmetic.Scale(one, 2).Condition);
        Assert.Same(one.Condition, VectorArithmetic.Project(one, B).Condition);
        Assert.Same(one.Condition, VectorArithmetic.Add([one, same], [1, 1]).Condition);
        Assert.Contains("different prompts", Assert.Throws<PasException>(() => VectorArithmetic.Add([one, other], [1, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("found every prompt", Assert.Throws<PasException>(() => VectorArithmetic.Add([one, A], [1, 1])).Message, StringComparison.Ordinal);
    }

    private static SteeringVector Acting(double threshold) =>
        new([1, 2, 3], SteeringSite.Residual, 1, 1, condition: new SteeringCondition([1, 0, 0], SteeringSite.Residual, 0, threshold));

    private static SteeringVector Vector(float[] values, double strength = 1, int layer = 1) => new(values, SteeringSite.Residual, layer, strength);
}
