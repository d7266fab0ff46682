namespace PainlessSteering.Studies;

/// <summary>What a study's folder holds, finished or not; see <see cref="ResultStore"/>.</summary>
/// <param name="Plan">The cells that the study asks for; it may have been planned anew with more seeds or tasks.</param>
/// <param name="Results">Finished cells, in the order of the plan.</param>
/// <param name="Failures">Failed cells of the plan.</param>
/// <param name="Timings">Of finished cells, by cell name: for information, never part of a result.</param>
public sealed record StudyResults(
    StudyPlan Plan, IReadOnlyList<CellResult> Results, IReadOnlyList<CellFailure> Failures, IReadOnlyDictionary<string, CellTiming> Timings)
{
    /// <summary>Files of cells that cannot be read, or are not what the program wrote.</summary>
    public IReadOnlyList<DamagedFile> Damaged { get; init; } = [];
}

/// <summary>A file of a study's folder that cannot be used.</summary>
/// <param name="File">Its path below the folder.</param>
/// <param name="Problem">One line that a user can act on.</param>
public sealed record DamagedFile(string File, string Problem)
{
    /// <summary>Whether it stands in the place of a result and cannot be one, rather than only cannot be read just now.</summary>
    internal bool IsResult { get; init; }
}

/// <summary>Why a cell has no result.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Reason">One line that a user can act on.</param>
public sealed record CellFailure(StudyCell Cell, string Reason);

/// <summary>How long a cell took, and where.</summary>
/// <param name="Seconds">From its claim to its result.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="FitSeconds">Of these, for the fit.</param>
/// <param name="FitPeakMemoryBytes">Most memory of the process in the fit.</param>
/// <param name="VectorBytes">Size of the vector's file; 0 where there is none.</param>
/// <param name="Training">What the fine-tuning took; null where there was none.</param>
public sealed record CellTiming(
    double Seconds, string Machine, double? FitSeconds = null, long? FitPeakMemoryBytes = null, long VectorBytes = 0, CellTraining? Training = null);

/// <summary>What the fine-tuning of a cell took.</summary>
/// <param name="Seconds">Null where it had been finished by an earlier run.</param>
/// <param name="PeakMemoryBytes">Most memory of the process; null likewise.</param>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="ArtifactBytes">Size of the adapter.</param>
public sealed record CellTraining(double? Seconds, long? PeakMemoryBytes, long Parameters, long ArtifactBytes);

/// <summary>The cells of a study, in the order in which they are run.</summary>
/// <param name="Name">Of the study.</param>
/// <param name="Description">From the study file, or null.</param>
/// <param name="Cells">All of them, each once.</param>
public sealed record StudyPlan(string Name, string? Description, IReadOnlyList<StudyCell> Cells);
