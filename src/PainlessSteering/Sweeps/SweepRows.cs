using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Sweeps;

/// <summary>
/// The rows of a pass that answers under candidates: each forks from the prompt's last token at its candidate's lowest edit and meets the
/// further edits on its way up.
/// </summary>
internal sealed class SweepRows : IDisposable
{
    private readonly EditPlan _plan;

    /// <param name="candidates">At least one edit each.</param>
    /// <param name="model">The model.</param>
    public SweepRows(IReadOnlyList<Candidate> candidates, CausalLM model)
    {
        // Rows of one operation stand together, so that they are edited as one piece.
        Order =
        [
            .. Enumerable.Range(0, candidates.Count)
                .OrderBy(i => candidates[i].Fork.Layer).ThenBy(i => candidates[i].Fork.Point).ThenBy(i => candidates[i].First.Operation.Name, StringComparer.Ordinal),
        ];
        _plan = new EditPlan([[], .. Order.Select(i => candidates[i].Edits)], model.DataType, model.Device);
        Hook = new EditHook(_plan, EditMembers.Leaves, forks: candidates.CountBy(candidate => candidate.Fork).ToDictionary());
    }

    /// <summary>For each row behind the unsteered one the index of its candidate.</summary>
    public int[] Order { get; }

    /// <summary>Forks the rows and edits them; several passes may use it at once.</summary>
    public IActivationHook Hook { get; }

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
