namespace PainlessSteering.Studies;

/// <summary>
/// The folder of a study. A cell's files are named by the cell (<see cref="StudyCell.Id"/>) and written whole or not at all;
/// <c>cells/ID.json</c> is written last, so that it proves all the others.
/// </summary>
/// <param name="folder">The folder; it need not exist yet.</param>
public sealed class ResultStore(string folder)
{
    private static readonly string[] Kinds = ["cells", "failures", "timings", "vectors", "claims"];

    /// <summary>The plan, as the study's last run made it.</summary>
    public string PlanFile => Path.Combine(Folder, "plan.json");

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Reads what there is, however little is done. A file of a cell that cannot be read is told among the damaged ones, and the cell counts as not done.</summary>
    /// <exception cref="PasException">The folder is no study's, or its plan is damaged.</exception>
    public StudyResults Read() => Count(keep: true).Found;

    /// <summary>The cells that the study asks for, each once.</summary>
    /// <exception cref="PasException">The folder is no study's, or its plan is damaged.</exception>
    public StudyPlan ReadPlan()
    {
        if (!File.Exists(PlanFile))
        {
            throw new PasException("is not the folder of a study", Folder, "a file plan.json, which 'pas study run' writes first") { Code = ErrorCodes.FileDamaged };
        }

        var plan = StudyJson.Read<StudyPlan>(PlanFile);
        return plan.Cells.FirstOrDefault(cell => !(cell.Alpha is > 0 and < 1) || !cell.Strengths.All(strength => double.IsFinite(strength.Number))) is { } odd
            ? throw StudyJson.Damaged(PlanFile, $"a cell that cannot be: {odd.Title}")
            : plan with { Cells = [.. plan.Cells.DistinctBy(cell => cell.Id)] };
    }

    /// <summary>Whether a cell is finished.</summary>
    public bool IsDone(string id) => File.Exists(FileOf("cells", id));

    /// <summary>Full path of a cell's vector, whether or not it has one.</summary>
    public string VectorFile(string id) => Path.Combine(Folder, "vectors", id + ".safetensors");

    /// <summary>Folder of a cell's adapter, whether or not it has one.</summary>
    public string AdapterFolder(string id) => Path.Combine(Folder, "adapters", id);

    /// <summary>Reads what there is, as <see cref="Read"/>, and counts the results.</summary>
    /// <param name="keep">Whether the results themselves are kept: thousands take memory.</param>
    internal (StudyResults Found, int Done) Count(bool keep)
    {
        var (plan, results, failures, damaged) = (ReadPlan(), new List<CellResult>(), new List<CellFailure>(), new List<DamagedFile>());
        var (timings, done) = (new Dictionary<string, CellTiming>(), 0);
        foreach (var id in plan.Cells.Select(cell => cell.Id))
        {
            if (Find<CellResult>("cells", id, StudyJson.Largest, CellResultCheck.Problem, damaged) is { } result)
            {
                done++;
                if (keep)
                {
                    results.Add(result);
                }

                if (Find<CellTiming>("timings", id, StudyJson.Small, (timing, _) => timing.Seconds is >= 0 and < 1e9 ? null : "no time", damaged) is { } timing)
                {
                    timings.Add(id, timing);
                }
            }

            if (Find<CellFailure>("failures", id, StudyJson.Small, (failure, name) => failure.Cell.Id == name ? null : "another cell than its name says", damaged) is { } failure)
            {
                failures.Add(failure);
            }
        }

        return (new StudyResults(plan, results, failures, timings) { Damaged = damaged }, done);
    }

    /// <summary>The date of a cell's failure; null where there is none.</summary>
    internal DateTime? FailureOf(string id) => File.Exists(FileOf("failures", id)) ? File.GetLastWriteTimeUtc(FileOf("failures", id)) : null;

    internal void SavePlan(StudyPlan plan)
    {
        AtomicFolder.Make(Folder);
        StudyJson.Write(PlanFile, plan);
    }

    internal void Save(CellResult result, CellTiming timing)
    {
        var id = result.Cell.Id;
        StudyJson.Write(Made("timings", id), timing);
        FaultPoint.At("unlink");
        File.Delete(Made("failures", id)); // Of an earlier run.
        StudyJson.Write(Made("cells", id), result);
    }

    internal void Save(CellFailure failure) => StudyJson.Write(Made("failures", failure.Cell.Id), failure);

    /// <summary>Deletes what stands in the place of a cell's result, so that it is computed again.</summary>
    internal void Forget(DamagedFile result) => File.Delete(Path.Combine(Folder, result.File));

    /// <summary>Deletes what killed runs left half written.</summary>
    internal void Sweep()
    {
        foreach (var path in Kinds.Select(kind => Path.Combine(Folder, kind)).Prepend(Folder))
        {
            TemporaryName.Sweep(path);
        }
    }

    private string Made(string kind, string id)
    {
        AtomicFolder.Make(Path.Combine(Folder, kind));
        return FileOf(kind, id);
    }

    /// <summary>A file about a cell; null where there is none, or none that can be read.</summary>
    private T? Find<T>(string kind, string id, long largest, Func<T, string, string?> problem, List<DamagedFile> damaged)
        where T : class
    {
        var path = FileOf(kind, id);
        if (!Path.Exists(path))
        {
            return null;
        }

        try
        {
            var found = StudyJson.Read<T>(path, largest);
            return problem(found, id) is { } wrong ? throw StudyJson.Damaged(path, wrong) : found;
        }
        catch (PasException e)
        {
            damaged.Add(new DamagedFile($"{kind}/{id}.json", e.Message)
            {
                IsResult = kind == "cells" && File.Exists(path) && (e.Code == ErrorCodes.FileDamaged || FileKind.Special(path) is not null),
            });
            return null;
        }
    }

    private string FileOf(string kind, string id) => Path.Combine(Folder, kind, id + ".json");
}
