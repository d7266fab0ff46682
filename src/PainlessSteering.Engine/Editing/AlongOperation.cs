using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>
/// Moves an activation along an edit's direction only: with the unit direction u and the target t, x becomes x + s (t - u.x) u. The length
/// of the edit's values does not matter.
/// </summary>
internal abstract class AlongOperation : SteeringOperation
{
    private protected AlongOperation(string name, bool hasTarget)
        : base(name, hasTarget)
    {
    }

    internal override double Reach(SteeringEdit edit) => Math.Abs(edit.Strength) * Math.Max(1, Math.Abs(edit.Target ?? 0));

    internal override EditTensors Prepare(IReadOnlyList<SteeringEdit> edits, ScalarType type, Device device) => new(
        EditTensors.Units(edits, device), EditTensors.Numbers(edits, device, edit => edit.Strength), EditTensors.Numbers(edits, device, edit => edit.Target ?? 0));

    internal override void Apply(Tensor rows, EditTensors edits)
    {
        using var scope = NewDisposeScope();
        var before = rows.to(ScalarType.Float32);
        var along = (before * edits.Vectors).sum(-1, keepdim: true);
        rows.copy_(before.add(edits.Steps! * (edits.Targets! - along) * edits.Vectors, Scalars.One));
    }
}
