using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Vectors;

public class SteeringVectorTests
{
    private static readonly SteeringProvenance Provenance =
        new("tiny", "sha256:0123456789abcdef0123456789abcdef", "PASf", "sound", 1, "items.csv", "sha256:items", 3, 2, 1);

    private static readonly SteeringVector Vector = new([1, 2, 3], SteeringSite.Mlp, 4, 0.5, TokenRule.All, Provenance);

    [Fact]
    public void TheValuesAreACopy()
    {
        float[] values = [1, 2];
        var vector = new SteeringVector(values, SteeringSite.Residual, 0, 1);
        values[0] = 9;
        Assert.Equal([1f, 2f], vector.OnlyEdit!.Values);
        Assert.Equal(TokenRule.Last, vector.TokenRule);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void AValueThatIsNotFiniteIsRefusedWithItsPlace(float bad) =>
        Assert.Contains("element 1", Assert.Throws<PasException>(() => new SteeringVector([0, bad], SteeringSite.Residual, 0, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatMakesNoVectorIsRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => new SteeringVector([], SteeringSite.Residual, 0, 1));
        Assert.ThrowsAny<ArgumentException>(() => new SteeringVector([1], SteeringSite.Residual, -1, 1));
        Assert.ThrowsAny<ArgumentException>(() => new SteeringVector([1], SteeringSite.Residual, 0, double.NaN));
    }

    [Fact]
    public void TheModelItWasFittedOnFits()
    {
        Vector.EnsureFits(Provenance.WeightsFingerprint, 3, 5);
        new SteeringVector([1, 2, 3], SteeringSite.Mlp, 4, 1).EnsureFits("any", 3, 5);
    }

    [Fact]
    public void OtherWeightsAreRefusedWithTheReasonUnlessForced()
    {
        var message = Assert.Throws<PasException>(() => Vector.EnsureFits("sha256:ffff", 3, 5)).Message;
        Assert.Equal("vector for tiny: the steering vector was fitted on other weights; expected sha256:0123456789abcdef…; found sha256:ffff; use the model that it was fitted on, or force to steer this one anyway", message);
        Vector.EnsureFits("sha256:ffff", 3, 5, force: true);
    }

    [Theory]
    [InlineData(4, 5, "hidden size; expected 4; found 3")]
    [InlineData(3, 4, "layer is not in the model; expected a layer from 0 to 3; found 4")]
    public void AnotherShapeIsRefusedEvenWhenForced(int hiddenSize, int layers, string reason)
    {
        var error = Assert.Throws<PasException>(() => Vector.EnsureFits(Provenance.WeightsFingerprint, hiddenSize, layers, force: true));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARealModelIsRecognisedByItsWeights()
    {
        using var checkpoint = ModelSource.Open(Shared.PathOf("models", "stories260K")).Weights;
        var vector = new SteeringVector(new float[64], SteeringSite.Residual, 2, 1, TokenRule.Last, Provenance with { WeightsFingerprint = checkpoint.Fingerprint });
        vector.EnsureFits(checkpoint.Fingerprint, 64, 5);
        Assert.Throws<PasException>(() => Vector.EnsureFits(checkpoint.Fingerprint, 3, 5));
    }
}
