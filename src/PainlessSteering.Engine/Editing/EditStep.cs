using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>Edits of one operation for some of the members of a pass, done at once.</summary>
internal sealed class EditStep : IDisposable
{
    private readonly SteeringOperation _operation;
    private readonly EditTensors _edits;
    private readonly int _first;
    private readonly int _count;
    private readonly Tensor? _members; // [count], where they are not neighbours

    /// <param name="operation">What is done.</param>
    /// <param name="edits">With whose edit each member is edited, by the member's number, ascending.</param>
    /// <param name="type">Type of the model's activations.</param>
    /// <param name="device">The model's.</param>
    public EditStep(SteeringOperation operation, IReadOnlyList<(int Member, SteeringEdit Edit)> edits, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        _operation = operation;
        _edits = operation.Prepare([.. edits.Select(edit => edit.Edit)], type, device).Detached();
        (_first, _count) = (edits[0].Member, edits.Count);
        var areNeighbours = edits[^1].Member - _first == _count - 1;
        _members = areNeighbours ? null : tensor([.. edits.Select(edit => (long)edit.Member)], device: device).DetachFromDisposeScope();
    }

    /// <param name="rows">[prompts, members, tokens, hidden size], a view of the activations.</param>
    public void Apply(Tensor rows)
    {
        if (_members is null)
        {
            _operation.Apply(rows.narrow(1, _first, _count), _edits);
            return;
        }

        var some = rows.index_select(1, _members);
        _operation.Apply(some, _edits);
        rows.index_copy_(1, _members, some);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _edits.Dispose();
        _members?.Dispose();
    }
}
