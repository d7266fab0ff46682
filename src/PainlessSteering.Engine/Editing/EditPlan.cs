using static TorchSharp.torch;

namespace PainlessSteering.Engine.Editing;

/// <summary>
/// The edits of several members of a pass (the candidates of a sweep, the sequences of a batch), sorted by where the pass meets them. All
/// that one operation does at a place is one step, whatever the number of members; a member's edits at one place act in their order.
/// </summary>
internal sealed class EditPlan : IDisposable
{
    private readonly Dictionary<CapturePoint, IReadOnlyList<EditStep>> _places = [];

    /// <param name="members">The edits of each member; a member may have none.</param>
    /// <param name="type">Type of the model's activations.</param>
    /// <param name="device">The model's.</param>
    public EditPlan(IReadOnlyList<IReadOnlyList<SteeringEdit>> members, ScalarType type, Device device)
    {
        var placed = members.SelectMany((edits, member) => edits.Select(edit => (Member: member, Edit: edit)));
        foreach (var place in placed.GroupBy(one => one.Edit.Place))
        {
            // A member's first edit at the place, then its second.
            var inTurn = place.GroupBy(one => one.Member).SelectMany(own => own.Select((one, turn) => (one.Member, one.Edit, Turn: turn)));
            _places[place.Key] = [.. inTurn.GroupBy(one => one.Turn).OrderBy(turn => turn.Key).SelectMany(turn => turn
                .GroupBy(one => one.Edit.Operation)
                .Select(same => new EditStep(same.Key, [.. same.Select(one => (one.Member, one.Edit))], type, device)))];
        }
    }

    /// <summary>Whether nothing is edited.</summary>
    public bool IsEmpty => _places.Count == 0;

    /// <summary>Edits the members' rows at a place.</summary>
    /// <param name="place">Where the pass is.</param>
    /// <param name="rows">[prompts, members, tokens, hidden size], a view of the activations.</param>
    public void Apply(CapturePoint place, Tensor rows)
    {
        foreach (var step in _places[place])
        {
            step.Apply(rows);
        }
    }

    /// <summary>Whether something is edited at a place.</summary>
    public bool Edits(CapturePoint place) => _places.ContainsKey(place);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var step in _places.Values.SelectMany(steps => steps))
        {
            step.Dispose();
        }
    }
}
