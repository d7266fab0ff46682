using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>
/// How long activations are at each place: the median (the mean of the middle two) over the training items of the norm at the last token of the
/// prompt that each is answered after. What percentages of strengths are percentages of (method.md §10).
/// </summary>
/// <param name="recorded">Activations; the first rows are the training items'.</param>
/// <param name="items">How many items there are.</param>
internal sealed class MedianNorms(RecordedActivations recorded, int items)
{
    private readonly Dictionary<CapturePoint, double> _known = [];

    /// <summary>The median at a place.</summary>
    public double this[CapturePoint place]
    {
        get
        {
            if (!_known.TryGetValue(place, out var median))
            {
                using var scope = NewDisposeScope();
                double[] norms = [.. recorded[place].narrow(0, 0, items).to(ScalarType.Float64).norm(1).data<double>().Order()];
                _known[place] = median = (norms[(items - 1) / 2] + norms[items / 2]) / 2;
            }

            return median;
        }
    }
}
