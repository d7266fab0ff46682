using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>x becomes x + s v.</summary>
internal sealed class AddOperation : SteeringOperation
{
    private AddOperation()
        : base("add")
    {
    }

    public static AddOperation Instance { get; } = new();

    internal override double Reach(SteeringEdit edit) => Math.Abs(edit.Strength) * edit.Norm;

    internal override EditTensors Prepare(IReadOnlyList<SteeringEdit> edits, ScalarType type, Device device) => new(EditTensors.Scaled(edits, device).to(type));

    internal override void Apply(Tensor rows, EditTensors edits) => rows.add_(edits.Vectors, Scalars.One);
}
