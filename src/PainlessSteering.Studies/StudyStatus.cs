namespace PainlessSteering.Studies;

/// <summary>How far a study has come, whoever computes it. In snake case it is what <c>pas study status --json</c> prints.</summary>
/// <param name="Name">Of the study.</param>
/// <param name="Cells">Cells in all.</param>
/// <param name="Done">Finished cells.</param>
/// <param name="Running">Cells being computed, and by whom.</param>
/// <param name="Failed">Failed cells and why; a cell that is being tried again stands here until it is done.</param>
/// <param name="SecondsLeft">Estimated time until all cells are done, by those that are at work now; null where nothing tells.</param>
/// <param name="Damaged">Files that cannot be used; a cell whose result is one is not done.</param>
public sealed record StudyStatus(
    string Name, int Cells, int Done, IReadOnlyList<RunningCell> Running, IReadOnlyList<FailedCell> Failed, double? SecondsLeft, IReadOnlyList<DamagedFile> Damaged)
{
    /// <summary>Reads a study's folder.</summary>
    /// <exception cref="PasException">It is no study's folder.</exception>
    public static StudyStatus Of(ResultStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (found, done) = store.Count(keep: false);
        var (plan, timings) = (found.Plan, found.Timings);
        using var claims = new CellClaims(store.Folder);
        var living = claims.Living(plan.Cells.Select(cell => cell.Id).ToHashSet());
        var running = plan.Cells.Where(cell => living.ContainsKey(cell.Id)).Select(cell => new RunningCell(cell.Id, cell.Title, living[cell.Id])).ToList();
        var failed = found.Failures.Select(failure => new FailedCell(failure.Cell.Id, failure.Cell.Title, failure.Reason)).ToList();
        return new StudyStatus(
            plan.Name, plan.Cells.Count, done, running, failed,
            timings.Count == 0 || running.Count == 0 ? null : timings.Values.Average(timing => timing.Seconds) * (plan.Cells.Count - done - failed.Count) / running.Count,
            found.Damaged);
    }
}

/// <summary>A cell that is being computed.</summary>
public sealed record RunningCell(string Id, string Cell, CellOwner Owner);

/// <summary>A cell that failed.</summary>
public sealed record FailedCell(string Id, string Cell, string Reason);
