using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// A causal convolution over packed rows: each span goes on behind its parent's last rows, the leaves of a prompt behind those of its last span, and with
/// states behind the window that each sequence keeps (<see cref="RecurrentState.Window"/>), which is moved on.
/// </summary>
/// <param name="taps">[channels, 1, taps] float32, as checkpoints have it.</param>
/// <param name="layer">0-based number of the block.</param>
/// <param name="isActivated">Whether SiLU follows.</param>
internal sealed class PackedConvolution(Tensor taps, int layer, bool isActivated = true)
{
    /// <param name="pass">The forward pass.</param>
    /// <param name="channels">[rows, channels]: of all rows.</param>
    /// <returns>[rows, channels] float32</returns>
    public Tensor Forward(ForwardPass pass, Tensor channels)
    {
        var convolution = new CausalConvolution(taps.squeeze(1).t().contiguous(), isActivated);
        var into = empty([channels.size(0), convolution.Channels], ScalarType.Float32, channels.device);
        if (pass.States is { } states)
        {
            foreach (var (state, first, count) in pass.Runs(states, layer))
            {
                var some = Rows(channels, first, count);
                convolution.Forward(state.Window, some, Rows(into, first, count));
                state.Window.copy_(convolution.WindowBehind(state.Window, some));
            }

            return into;
        }

        var start = convolution.EmptyWindow(channels);
        var windows = new Tensor[pass.Batch.Spans.Count]; // Behind each span.
        for (var i = 0; i < windows.Length; i++)
        {
            var span = pass.Batch.Spans[i];
            var (before, some) = (span.Parent < 0 ? start : windows[span.Parent], Rows(channels, span.FirstRow, span.Tokens.Length));
            convolution.Forward(before, some, Rows(into, span.FirstRow, span.Tokens.Length));
            windows[i] = convolution.WindowBehind(before, some);
        }

        foreach (var (prompt, first, run) in pass.Leaves())
        {
            var before = pass.Batch.LastSpans[prompt] is >= 0 and var last ? windows[last] : start;
            if (run == 1)
            {
                convolution.ForwardApart(before, Rows(channels, first, pass.Layout.LeavesPerPrompt), Rows(into, first, pass.Layout.LeavesPerPrompt));
                continue;
            }

            foreach (var leaf in Enumerable.Range(0, pass.Layout.LeavesPerPrompt).Select(leaf => first + (leaf * run)))
            {
                convolution.Forward(before, Rows(channels, leaf, 1), Rows(into, leaf, 1));
                var behind = convolution.WindowBehind(before, Rows(channels, leaf, 1));
                foreach (var (branch, count) in pass.Batch.Runs![prompt].Parts)
                {
                    convolution.Forward(behind, Rows(channels, leaf + branch, count), Rows(into, leaf + branch, count));
                }
            }
        }

        return into;
    }

    private static Tensor Rows(Tensor of, int first, int count) => of.narrow(0, first, count);
}
