using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// A token mixer, then a feed-forward part, each behind a norm and added to the residual stream, and in some families normed once more before
/// the addition.
/// </summary>
internal sealed record SequentialBlock : BlockPlan
{
    /// <summary>In which tokens see those before them.</summary>
    public required MixerPlan Mixer { get; init; }

    /// <summary>Which changes each row by itself.</summary>
    public required FeedForwardPlan FeedForward { get; init; }

    /// <summary>
    /// A second feed-forward part, whose output is added to that of the first (Granite with experts); or null. It takes the same rows, but what is done
    /// to the input of the first does not reach it: the first alone is the module whose input is a site.
    /// </summary>
    public FeedForwardPlan? SecondFeedForward { get; init; }

    /// <summary>Before the mixer.</summary>
    public required NormPlan MixerNorm { get; init; }

    /// <summary>Before the feed-forward part.</summary>
    public required NormPlan FeedForwardNorm { get; init; }

    /// <summary>Of the mixer's output (Gemma 2 and 3); or null.</summary>
    public NormPlan? MixerOutputNorm { get; init; }

    /// <summary>Of the feed-forward part's output; or null.</summary>
    public NormPlan? FeedForwardOutputNorm { get; init; }

    /// <summary>What a part gives is multiplied by this before it is added to the residual stream (Granite); null for not at all.</summary>
    public double? BranchFactor { get; init; }

    private IEnumerable<NormPlan> Norms => new[] { MixerNorm, FeedForwardNorm, MixerOutputNorm, FeedForwardOutputNorm }.OfType<NormPlan>();

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize) => Mixer.Cost(hiddenSize) + FeedForward.Cost(hiddenSize) + (SecondFeedForward?.Cost(hiddenSize) ?? new Cost()) + new Cost
    {
        OtherParameters = Norms.Sum(norm => norm.Parameters(hiddenSize)),
        RowElements = 10L * hiddenSize,
        RowFloats = 2L * hiddenSize, // In a norm.
        KeptElements = (2L + Norms.Count()) * hiddenSize, // Inputs of the norms and of the two parts.
        PassingElements = 4L * hiddenSize,
    };

    /// <inheritdoc/>
    public override IBlock Load(PartSource source)
    {
        INorm Norm(NormPlan norm) => source.Norm(norm, source.HiddenSize);
        INorm? Optional(NormPlan? norm) => norm is null ? null : Norm(norm);
        var mixer = Mixer.Load(source.Part(Mixer.Name));
        var feedForward = FeedForward.Load(source.Part(FeedForward.Name));
        var second = SecondFeedForward?.Load(source.Part(SecondFeedForward.Name));
        return new Loaded(source.Layer, Norm(MixerNorm), mixer, Optional(MixerOutputNorm), Norm(FeedForwardNorm), feedForward, second, Optional(FeedForwardOutputNorm), BranchFactor);
    }

    /// <inheritdoc/>
    public override void Check(string where)
    {
        Mixer.Check(where);
        FeedForward.Check(where);
        SecondFeedForward?.Check(where);
    }

    private sealed class Loaded(int layer, INorm mixerNorm, ITokenMixer mixer, INorm? mixerOutputNorm, INorm feedForwardNorm, IFeedForward feedForward, IFeedForward? second, INorm? feedForwardOutputNorm, double? factor) : IBlock
    {
        private readonly TorchSharp.Scalar? _factor = factor;

        public ILayerState NewState(int capacity) => mixer.NewState(capacity);

        public Tensor Forward(ForwardPass pass, Tensor input, bool leavesOnly)
        {
            using var scope = NewDisposeScope();
            var mixed = mixer.Forward(pass, mixerNorm.Forward(input), leavesOnly);
            var beside = leavesOnly ? pass.DropTokens(input) : input;
            mixed = pass.Visit(layer, HookPoint.AttentionOutput, mixed, ref beside);
            mixed = Scaled(mixerOutputNorm?.Forward(mixed) ?? mixed);
            beside = mixed.add_(beside!, Scalars.One); // Sums are written into the fresh operand: new memory costs more than the addition.

            var normed = pass.Visit(layer, HookPoint.MlpInput, feedForwardNorm.Forward(beside), ref beside);
            var given = feedForward.Forward(pass, normed);
            given = second is null ? given : given.add_(second.Forward(pass, feedForwardNorm.Forward(beside!)), Scalars.One);
            var transformed = pass.Visit(layer, HookPoint.MlpOutput, given, ref beside);
            transformed = Scaled(feedForwardOutputNorm?.Forward(transformed) ?? transformed);

            Tensor? none = null;
            return pass.Visit(layer, HookPoint.BlockOutput, transformed.add_(beside!, Scalars.One), ref none).MoveToOuterDisposeScope();
        }

        private Tensor Scaled(Tensor branch) => _factor is null ? branch : branch.mul_(_factor);
    }
}
