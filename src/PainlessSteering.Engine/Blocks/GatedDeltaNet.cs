using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// A gated delta network over packed rows: each span goes on from its parent's end state, the leaves of a prompt read the state before its last token
/// and leave it alone. States, and all that is computed behind the convolution, are float32.
/// </summary>
internal sealed class GatedDeltaNet(GatedDeltaNetPlan plan, PartSource source, IDeltaProjections projections) : ITokenMixer
{
    private static readonly TorchSharp.Scalar UnitEpsilon = 1e-6;

    private readonly TorchSharp.Scalar _queryScale = Math.Pow(plan.KeySize, -0.5);
    private readonly PackedConvolution _convolution = new(source.Tensor("conv1d.weight", ScalarType.Float32, plan.Channels, 1, plan.Taps), source.Layer);
    private readonly Tensor _logRates = source.Tensor("A_log", ScalarType.Float32, plan.Heads);
    private readonly Tensor _timeBias = source.Tensor("dt_bias", ScalarType.Float32, plan.Heads);
    private readonly RmsNorm _norm = new(source.Tensor("norm.weight", ScalarType.Float32, plan.ValueSize), plan.Epsilon);
    private readonly Linear _output = source.Linear("out_proj", source.HiddenSize, plan.Values);

    /// <inheritdoc/>
    public ILayerState NewState(int capacity) => new RecurrentState(
        zeros([plan.Taps - 1, plan.Channels], source.DataType, source.Device),
        zeros([plan.Heads, plan.KeySize, plan.ValueSize], ScalarType.Float32, source.Device));

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var inputs = projections.Forward(normed);
        var rows = OfRule(_convolution.Forward(pass, inputs.Channels), inputs);
        var (read, gates) = (Read(pass, rows, leavesOnly), inputs.Gates);
        if (leavesOnly)
        {
            gates = pass.Layout.WithoutTokens(gates);
        }

        var gated = Gate.Of(Activation.Silu, gates.to(ScalarType.Float32), _norm.Forward(read).view(-1, plan.Values));
        return _output.Forward(gated.to(normed.dtype));
    }

    /// <summary>What the delta rule takes of convolved channels and the gates of the state.</summary>
    private DeltaRows OfRule(Tensor convolved, DeltaInputs inputs)
    {
        int keys = plan.KeyHeads * plan.KeySize, count = (int)convolved.size(0);
        var both = convolved.narrow(1, 0, 2 * keys).view(count, 2 * plan.KeyHeads, plan.KeySize);
        var unit = both * (both * both).sum(2, keepdim: true).add_(UnitEpsilon, Scalars.One).rsqrt_();
        var times = inputs.Decays.to(ScalarType.Float32).add(_timeBias, Scalars.One);
        return new DeltaRows(
            unit.narrow(1, 0, plan.KeyHeads).mul(_queryScale).contiguous(),
            unit.narrow(1, plan.KeyHeads, plan.KeyHeads).contiguous(),
            convolved.narrow(1, 2 * keys, plan.Values).contiguous().view(count, plan.Heads, plan.ValueSize),
            logaddexp(times, zeros_like(times)).mul_(_logRates.exp()).neg_(), // log(1 + e^x)
            inputs.Rates.to(ScalarType.Float32).sigmoid());
    }

    /// <summary>What rows read from the states: [rows that go on, heads, value size] float32.</summary>
    private Tensor Read(ForwardPass pass, DeltaRows rows, bool leavesOnly)
    {
        var output = empty_like(rows.Values);
        var tokens = pass.Batch.TokenRows;
        if (pass.States is { } states)
        {
            DeltaRule.Advance(rows, [.. pass.Runs(states, source.Layer).Select(run => new DeltaRun(run.First, run.Count, run.State.Heads, run.State.Heads!))], output);
        }
        else
        {
            ReadAlongPrompts(pass, rows, output, leavesOnly);
        }

        return leavesOnly && tokens > 0 ? output.narrow(0, tokens, output.size(0) - tokens) : output;
    }

    /// <summary>
    /// Prompt by prompt, so that only the states of the spans on the way to one are alive: neighbours share the beginning of the way, and each span is
    /// computed once.
    /// </summary>
    private void ReadAlongPrompts(ForwardPass pass, DeltaRows rows, Tensor output, bool leavesOnly)
    {
        var way = new Stack<(int Span, Tensor State)>();
        foreach (var (prompt, first, run) in pass.Leaves())
        {
            var spans = Way(pass.Batch, pass.Batch.LastSpans[prompt]);
            while (way.Count > spans.Count || (way.Count > 0 && way.Peek().Span != spans[way.Count - 1]))
            {
                way.Pop().State.Dispose();
            }

            foreach (var index in spans.Skip(way.Count))
            {
                var (span, before, behind) = (pass.Batch.Spans[index], way.Count > 0 ? way.Peek().State : null, NewHeads(rows));
                DeltaRule.Advance(rows, [new DeltaRun(span.FirstRow, span.Tokens.Length, before, behind)], leavesOnly ? null : output);
                way.Push((index, behind));
            }

            var state = way.Count > 0 ? way.Peek().State : null;
            if (run == 1)
            {
                using var read = DeltaRule.ReadApart(rows.Narrow(first, pass.Layout.LeavesPerPrompt), state);
                Rows(output, first, pass.Layout.LeavesPerPrompt).copy_(read);
                continue;
            }

            foreach (var leaf in Enumerable.Range(0, pass.Layout.LeavesPerPrompt))
            {
                ReadBranches(pass.Batch.Runs![prompt], rows, first + (leaf * run), state, output);
            }
        }
    }

    /// <summary>One leaf with branches: they go on from a state of the leaf's own.</summary>
    private void ReadBranches(LeafRun run, DeltaRows rows, int first, Tensor? before, Tensor output)
    {
        using var behind = NewHeads(rows);
        DeltaRule.Advance(rows, [new DeltaRun(first, 1, before, behind)], output);
        foreach (var (branch, count) in run.Parts)
        {
            using var end = NewHeads(rows);
            DeltaRule.Advance(rows, [new DeltaRun(first + branch, count, behind, end)], output);
        }
    }

    private Tensor NewHeads(DeltaRows rows) => rows.Values.new_empty(plan.Heads, plan.KeySize, plan.ValueSize);

    /// <summary>The spans from the beginning of a sequence to one.</summary>
    private static List<int> Way(PackedBatch batch, int last)
    {
        var spans = new List<int>();
        for (var span = last; span >= 0; span = batch.Spans[span].Parent)
        {
            spans.Insert(0, span);
        }

        return spans;
    }

    private static Tensor Rows(Tensor of, int first, int count) => of.narrow(0, first, count);
}
