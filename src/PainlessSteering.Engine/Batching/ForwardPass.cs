using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Batching;

/// <summary>What the blocks of one forward pass share: the batch, the layout of its rows, their angles, the hook.</summary>
internal sealed class ForwardPass(PackedBatch batch, IActivationHook? hook, IReadOnlyList<SequenceState>? states) : IDisposable
{
    private readonly Dictionary<(int Queries, int Keys, int? Window), Tensor> _masks = [];
    private readonly Dictionary<(LeafRun Run, AttentionReach Reach, int Phase), Tensor> _runMasks = [];

    public PackedBatch Batch { get; } = batch;

    public RowLayout Layout { get; } = new(batch.TokenRows, batch.Prompts, batch.Runs);

    /// <summary>One for each prompt, or null where what tokens leave behind is forgotten after their block.</summary>
    public IReadOnlyList<SequenceState>? States { get; } = states;

    /// <summary>Cosines and sines of all rows, each [rows, 1, rotated elements / 2]; one for each kind of <see cref="RotaryTables"/>.</summary>
    public IReadOnlyList<(Tensor Cosine, Tensor Sine)> Angles { get; set; } = [];

    /// <summary>What queries of all rows are multiplied by, each [rows, 1, 1]; one for each scale of <see cref="RotaryTables"/>.</summary>
    public IReadOnlyList<Tensor> Scales { get; set; } = [];

    /// <summary>Multiplies queries [rows that go on, heads, …] by what their positions ask for, in place.</summary>
    /// <param name="queries">Those of the leaves alone where the pass goes on with these.</param>
    /// <param name="scale">Number of the scale; null for none.</param>
    /// <param name="leavesOnly">Whether token rows end in this block.</param>
    public Tensor Scaled(Tensor queries, int? scale, bool leavesOnly) =>
        scale is not { } index ? queries : queries.mul_(leavesOnly ? Layout.WithoutTokens(Scales[index]) : Scales[index]);

    /// <summary>Lets the hook fork rows at a point and then read or change the activations.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="point">The point.</param>
    /// <param name="value">Activations at the point, [rows, hidden size].</param>
    /// <param name="stream">The residual stream that goes on beside them, or null where the value is the stream.</param>
    public Tensor Visit(int layer, HookPoint point, Tensor value, ref Tensor? stream)
    {
        if (hook is null)
        {
            return value;
        }

        if (hook.Forks(layer, point) is > 0 and var count)
        {
            value = Layout.Fork(value, count);
            stream = stream is null ? null : Layout.Fork(stream, count);
            Angles = [.. Angles.Select(angles => (ForkPositions(angles.Cosine, count), ForkPositions(angles.Sine, count)))];
            Scales = [.. Scales.Select(scale => ForkPositions(scale, count))];
            Layout.AddLeaves(count);
        }

        return hook.Apply(layer, point, value, Layout);
    }

    /// <summary>0 where query i (the last rows of the keys) may look, -infinity elsewhere: [queries, keys]. Kept for the blocks above.</summary>
    public Tensor CausalMask(int queries, int keys, int? window, Tensor like)
    {
        if (!_masks.TryGetValue((queries, keys, window), out var mask))
        {
            using var scope = NewDisposeScope();
            var hidden = ones([queries, keys], dtype: ScalarType.Bool, device: like.device).triu(keys - queries + 1);
            if (window is { } size)
            {
                hidden = hidden.logical_or(ones_like(hidden).tril(keys - queries - size));
            }

            mask = zeros([queries, keys], dtype: like.dtype, device: like.device).masked_fill(hidden, Scalars.MinusInfinity).DetachFromDisposeScope();
            _masks.Add((queries, keys, window), mask);
        }

        return mask;
    }

    /// <summary>The same for the rows of a prompt's leaf, which see those of the leaf that come before them: [rows, rows]. Kept for the blocks above.</summary>
    public Tensor RunMask(LeafRun run, AttentionReach reach, int position, Tensor like)
    {
        if (!_runMasks.TryGetValue((run, reach, reach.Phase(position)), out var mask))
        {
            mask = tensor([.. run.Sight(reach, position).Select(sees => sees ? 0 : float.NegativeInfinity)], [run.Rows, run.Rows], like.dtype, like.device).DetachFromDisposeScope();
            _runMasks.Add((run, reach, reach.Phase(position)), mask);
        }

        return mask;
    }

    public void Dispose()
    {
        foreach (var mask in _masks.Values.Concat(_runMasks.Values))
        {
            mask.Dispose();
        }
    }

    /// <summary>From here on only the leaves' rows go on.</summary>
    /// <param name="stream">The residual stream of all rows.</param>
    /// <returns>That of the leaves.</returns>
    public Tensor DropTokens(Tensor stream)
    {
        if (Layout.TokenRows == 0)
        {
            return stream;
        }

        stream = Layout.WithoutTokens(stream);
        Angles = [.. Angles.Select(angles => (Layout.WithoutTokens(angles.Cosine).MoveToOuterDisposeScope(), Layout.WithoutTokens(angles.Sine).MoveToOuterDisposeScope()))];
        Scales = [.. Scales.Select(scale => Layout.WithoutTokens(scale).MoveToOuterDisposeScope())];
        Layout.DropTokens();
        return stream;
    }

    private Tensor ForkPositions(Tensor ofPositions, int count)
    {
        // A fork stands at its prompt's last position. What is of positions outlives the block that forks.
        using var flat = ofPositions.squeeze(1);
        return Layout.Fork(flat, count).unsqueeze(1).MoveToOuterDisposeScope();
    }
}
