using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>Edits of one operation as tensors.</summary>
/// <param name="Vectors">[edits, 1, hidden size]</param>
/// <param name="Steps">[edits, 1, 1] float32: how much of the way is gone; null where the vectors say it.</param>
/// <param name="Targets">[edits, 1, 1] float32: where it ends; null where the operation has none.</param>
internal sealed record EditTensors(Tensor Vectors, Tensor? Steps = null, Tensor? Targets = null) : IDisposable
{
    /// <summary>Strength times values of each edit, in float32: [edits, 1, hidden size].</summary>
    public static Tensor Scaled(IReadOnlyList<SteeringEdit> edits, Device device) => Stacked(edits, device, (edit, into) =>
    {
        var values = edit.Values;
        var strength = (float)edit.Strength;
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = values[i] * strength;
        }
    });

    /// <summary>The direction of each edit with length 1, in float32; zeros where it has none: [edits, 1, hidden size].</summary>
    public static Tensor Units(IReadOnlyList<SteeringEdit> edits, Device device) => Stacked(edits, device, (edit, into) =>
    {
        var values = edit.Values;
        var norm = edit.Norm;
        for (var i = 0; i < into.Length && norm > 0; i++)
        {
            into[i] = (float)(values[i] / norm);
        }
    });

    /// <summary>A number of each edit, in float32: [edits, 1, 1].</summary>
    public static Tensor Numbers(IReadOnlyList<SteeringEdit> edits, Device device, Func<SteeringEdit, double> number) =>
        tensor([.. edits.Select(edit => (float)number(edit))], [edits.Count, 1, 1], device: device);

    /// <summary>Keeps the tensors beyond the current dispose scope.</summary>
    public EditTensors Detached()
    {
        foreach (var part in Parts)
        {
            part.DetachFromDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in Parts)
        {
            part.Dispose();
        }
    }

    private IEnumerable<Tensor> Parts => new[] { Vectors, Steps, Targets }.OfType<Tensor>();

    private static Tensor Stacked(IReadOnlyList<SteeringEdit> edits, Device device, RowWriter write)
    {
        var size = edits[0].Values.Length;
        var all = new float[edits.Count * size];
        for (var row = 0; row < edits.Count; row++)
        {
            write(edits[row], all.AsSpan(row * size, size));
        }

        return tensor(all, [edits.Count, 1, size], device: device);
    }

    private delegate void RowWriter(SteeringEdit edit, Span<float> into);
}
