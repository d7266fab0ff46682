namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Parts of a weight's rows, small enough that a few float32 copies of one are nothing beside a model.</summary>
internal static class RowSlices
{
    private const long ElementsAtOnce = 1 << 22;

    /// <param name="shape">[rows, columns]</param>
    /// <param name="multiple">What the numbers of rows are multiples of, but for the last.</param>
    public static IEnumerable<(long First, long Count)> Of(long[] shape, long multiple)
    {
        var step = Math.Max(1, ElementsAtOnce / shape[1] / multiple) * multiple;
        for (var first = 0L; first < shape[0]; first += step)
        {
            yield return (first, Math.Min(step, shape[0] - first));
        }
    }
}
