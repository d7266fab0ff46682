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

    /// <summary>Before the mixer.</summary>
    public required NormPlan MixerNorm { get; init; }

    /// <summary>Before the feed-forward part.</summary>
    public required NormPlan FeedForwardNorm { get; init; }

    /// <summary>Of the mixer's output (Gemma 2 and 3); or null.</summary>
    public NormPlan? MixerOutputNorm { get; init; }

    /// <summary>Of the feed-forward part's output; or null.</summary>
    public NormPlan? FeedForwardOutputNorm { get; init; }

    private IEnumerable<NormPlan> Norms => new[] { MixerNorm, FeedForwardNorm, MixerOutputNorm, FeedForwardOutputNorm }.OfType<NormPlan>();

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize) => Mixer.Cost(hiddenSize) + FeedForward.Cost(hiddenSize) + new Cost
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
        return new Loaded(source.Layer, Norm(MixerNorm), mixer, Optional(MixerOutputNorm), Norm(FeedForwardNorm), feedForward, Optional(FeedForwardOutputNorm));
    }

    /// <inheritdoc/>
    public override void Check(string where)
    {
        Mixer.Check(where);
        FeedForward.Check(where);
    }

    private sealed class Loaded(int layer, INorm mixerNorm, ITokenMixer mixer, INorm? mixerOutputNorm, INorm feedForwardNorm, IFeedForward feedForward, INorm? feedForwardOutputNorm) : IBlock
    {
        public ILayerState NewState(int capacity) => mixer.NewState(capacity);

        public Tensor Forward(ForwardPass pass, Tensor input, bool leavesOnly)
        {
            using var scope = NewDisposeScope();
            var mixed = mixer.Forward(pass, mixerNorm.Forward(input), leavesOnly);
            var beside = leavesOnly ? pass.DropTokens(input) : input;
            mixed = pass.Visit(layer, HookPoint.AttentionOutput, mixed, ref beside);
            mixed = mixerOutputNorm?.Forward(mixed) ?? mixed;
            beside = mixed.add_(beside!, Scalars.One); // Sums are written into the fresh operand: new memory costs more than the addition.

            var normed = pass.Visit(layer, HookPoint.MlpInput, feedForwardNorm.Forward(beside), ref beside);
            var transformed = pass.Visit(layer, HookPoint.MlpOutput, feedForward.Forward(pass, normed), ref beside);
            transformed = feedForwardOutputNorm?.Forward(transformed) ?? transformed;

            Tensor? none = null;
            return pass.Visit(layer, HookPoint.BlockOutput, transformed.add_(beside!, Scalars.One), ref none).MoveToOuterDisposeScope();
        }
    }
}
