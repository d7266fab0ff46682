using PainlessSteering.Engine.Weights;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A gated MLP.</summary>
internal sealed record MlpPlan : FeedForwardPlan
{
    /// <summary>Width inside, in elements.</summary>
    public required int InnerSize { get; init; }

    /// <summary>Function of the gate.</summary>
    public Activation Activation { get; init; }

    /// <summary>Bounds of gate and rows, in families that have them; the activation is then their own (gpt-oss).</summary>
    public BoundedGate? Clamp { get; init; }

    /// <summary>The projections have a bias.</summary>
    public bool Bias { get; init; }

    /// <summary>What the projections are called.</summary>
    public MlpNames Names { get; init; } = new();

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize) => new()
    {
        Products = [new(InnerSize, hiddenSize), new(InnerSize, hiddenSize), new(hiddenSize, InnerSize)],
        OtherParameters = Bias ? hiddenSize + (2L * InnerSize) : 0,
        RowElements = 2L * InnerSize,
        KeptElements = 3L * InnerSize,
        PassingElements = 3L * InnerSize,
    };

    /// <inheritdoc/>
    public override IFeedForward Load(PartSource source) => LoadMlp(source);

    /// <summary>As <see cref="Load"/>, for a part that is made of these.</summary>
    public Mlp LoadMlp(PartSource source)
    {
        Linear Projection(string part, int from) => Names.Fused is { } fused
            ? source.LinearOf(part, fused, 2 * InnerSize, from, InnerSize, source.HiddenSize)
            : source.Linear(part, InnerSize, source.HiddenSize, Bias);

        return new Mlp(Activation, Clamp, Projection(Names.Gate, 0), Projection(Names.Up, InnerSize), source.Linear(Names.Down, source.HiddenSize, InnerSize, Bias));
    }
}
