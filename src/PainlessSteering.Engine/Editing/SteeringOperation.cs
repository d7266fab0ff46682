using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>
/// What an edit does to an activation (method.md §10). A new one is one file with a <see cref="SteeringOperation"/> and one entry in
/// <see cref="All"/>.
/// </summary>
public abstract class SteeringOperation
{
    private protected SteeringOperation(string name, bool hasTarget = false)
    {
        Name = name;
        HasTarget = hasTarget;
    }

    /// <summary>Every operation; the first is the paper's.</summary>
    public static IReadOnlyList<SteeringOperation> All { get; } = [AddOperation.Instance, TurnOperation.Instance, AblateOperation.Instance, SetOperation.Instance];

    /// <summary>x + s v: the paper's.</summary>
    public static SteeringOperation Add => AddOperation.Instance;

    /// <summary>The name in options and files.</summary>
    public string Name { get; }

    /// <summary>Whether an edit says to which number it sets the activation's length along its direction.</summary>
    public bool HasTarget { get; }

    /// <summary>The operation of this name.</summary>
    /// <exception cref="PasException">There is none.</exception>
    public static SteeringOperation Parse(string name) =>
        All.FirstOrDefault(operation => operation.Name == name)
        ?? throw new PasException("there is no such operation", null, "one of " + string.Join(", ", All), $"'{name}'") { Code = ErrorCodes.BadSetting };

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>About how far an edit moves an activation, to find those that no model can bear.</summary>
    internal abstract double Reach(SteeringEdit edit);

    /// <summary>Makes of edits of this operation what <see cref="Apply"/> takes.</summary>
    /// <param name="edits">One for each row, or one for all of them.</param>
    /// <param name="type">Type of the model's activations.</param>
    /// <param name="device">The model's.</param>
    /// <returns>Tensors in the current dispose scope.</returns>
    internal abstract EditTensors Prepare(IReadOnlyList<SteeringEdit> edits, ScalarType type, Device device);

    /// <summary>Edits rows in place. A strength of 0 and a direction of zeros leave every bit as it was.</summary>
    /// <param name="rows">[…, members, tokens, hidden size]; a view is written through.</param>
    /// <param name="edits">One for each member, or one for all of them.</param>
    internal abstract void Apply(Tensor rows, EditTensors edits);
}
