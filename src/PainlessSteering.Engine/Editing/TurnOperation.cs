using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>x becomes x + s v, scaled back to the length of x; where that sum is zero, x stays.</summary>
internal sealed class TurnOperation : SteeringOperation
{
    private TurnOperation()
        : base("turn")
    {
    }

    public static TurnOperation Instance { get; } = new();

    internal override double Reach(SteeringEdit edit) => Math.Abs(edit.Strength) * edit.Norm;

    internal override EditTensors Prepare(IReadOnlyList<SteeringEdit> edits, ScalarType type, Device device) => new(EditTensors.Scaled(edits, device));

    internal override void Apply(Tensor rows, EditTensors edits)
    {
        using var scope = NewDisposeScope();
        var before = rows.to(ScalarType.Float32);
        var after = before.add(edits.Vectors, Scalars.One);
        var (length, reached) = (Length(before), Length(after));
        rows.copy_(where(reached.gt(Scalars.Zero), after * (length / reached).to(ScalarType.Float32), before));
    }

    // Squares of float32 may overflow it; equal lengths divide to exactly 1, so that nothing changes where nothing is added.
    private static Tensor Length(Tensor rows) => rows.to(ScalarType.Float64).norm(-1, true);
}
