namespace PainlessSteering.Engine.Blocks;

/// <summary>A gated short convolution (LFM2): a row becomes three, of which the product of the first and the last is convolved and gated by the second.</summary>
internal sealed record ShortConvolutionPlan : MixerPlan
{
    /// <summary>Rows that the convolution sees, the own one among them.</summary>
    public required int Taps { get; init; }

    /// <summary>The projections and the convolution have a bias.</summary>
    public bool Bias { get; init; }

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize) => new()
    {
        Products = [new(checked(3 * hiddenSize), hiddenSize) { IsOfState = true }, new(hiddenSize, hiddenSize)],
        OtherParameters = ((long)hiddenSize * Taps) + (Bias ? 5L * hiddenSize : 0),
        RecurrentOperations = (2L * hiddenSize * Taps) + (2L * hiddenSize), // A multiply and an add each; and the two gates.
        RowElements = 5L * hiddenSize,
        RowFloats = 2L * hiddenSize,
        StateFloats = (Taps - 1L) * hiddenSize,
        KeptElements = 9L * hiddenSize, // What was projected, the product, the output's input, and two in float32: twice an element of bfloat16.
        PassingElements = 6L * hiddenSize,
    };

    /// <inheritdoc/>
    public override ITokenMixer Load(PartSource source) => new ShortConvolution(this, source);

    /// <inheritdoc/>
    public override void Check(string where)
    {
        if (Taps < 2)
        {
            throw new PasException("key 'conv_L_cache' is too small", where, "2 or more", $"{Taps}") { Code = ErrorCodes.FileDamaged };
        }
    }
}
