using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// A convolution of each channel by itself over the last few rows of a sequence, then SiLU or nothing. What it keeps of a sequence are its last rows, before the convolution:
/// its window.
/// </summary>
/// <param name="taps">[taps, channels] float32, oldest row first: the last tap meets the row itself.</param>
/// <param name="isActivated">Whether SiLU follows.</param>
internal sealed class CausalConvolution(Tensor taps, bool isActivated = true)
{
    /// <summary>Rows of a window.</summary>
    public int WindowRows { get; } = (int)taps.size(0) - 1;

    /// <summary>Channels of a row.</summary>
    public int Channels { get; } = (int)taps.size(1);

    /// <summary>The window before the first row of a sequence.</summary>
    /// <param name="like">Rows of the type and on the device that it is to have.</param>
    public Tensor EmptyWindow(Tensor like) => zeros([WindowRows, Channels], like.dtype, like.device);

    /// <summary>The window behind some rows.</summary>
    /// <param name="window">The one before them, [taps - 1, channels].</param>
    /// <param name="rows">[n, channels]</param>
    /// <returns>[taps - 1, channels], a view where the rows are enough.</returns>
    public Tensor WindowBehind(Tensor window, Tensor rows)
    {
        var (count, kept) = (rows.size(0), WindowRows - rows.size(0));
        return kept <= 0 ? rows.narrow(0, count - WindowRows, WindowRows) : cat([window.narrow(0, count, kept), rows], 0);
    }

    /// <summary>Rows of which each stands behind the one before it, the first behind the window.</summary>
    /// <param name="window">[taps - 1, channels]</param>
    /// <param name="rows">[n, channels] of the same type.</param>
    /// <param name="into">[n, channels] float32, or null for a new one.</param>
    /// <returns>[n, channels] float32</returns>
    public Tensor Forward(Tensor window, Tensor rows, Tensor? into = null) => Run(window, rows, into, apart: false);

    /// <summary>Rows that do not see each other: each stands behind the same window.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor ForwardApart(Tensor window, Tensor rows, Tensor? into = null) => Run(window, rows, into, apart: true);

    private Tensor Run(Tensor window, Tensor rows, Tensor? into, bool apart)
    {
        if (ConvolutionKernel.Takes(rows, window))
        {
            into ??= empty([rows.size(0), Channels], ScalarType.Float32, rows.device);
            ConvolutionKernel.Run(rows, window, taps, into, apart, isActivated);
            return into;
        }

        using var scope = NewDisposeScope();
        var sums = apart ? SumsApart(window.to(ScalarType.Float32), rows.to(ScalarType.Float32)) : Sums(cat([window, rows], 0).to(ScalarType.Float32), rows.size(0));
        var activated = isActivated ? nn.functional.silu(sums) : sums;
        return into?.copy_(activated) ?? activated.MoveToOuterDisposeScope();
    }

    private Tensor Sums(Tensor all, long count)
    {
        var sums = all.narrow(0, WindowRows, count) * taps[WindowRows];
        for (var tap = 0; tap < WindowRows; tap++)
        {
            sums = sums.addcmul(all.narrow(0, tap, count), taps[tap], Scalars.One);
        }

        return sums;
    }

    private Tensor SumsApart(Tensor window, Tensor rows) => (window * taps.narrow(0, 0, WindowRows)).sum(dim: 0).addcmul(rows, taps[WindowRows], Scalars.One);
}
