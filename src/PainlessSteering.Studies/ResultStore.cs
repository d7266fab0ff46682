namespace PainlessSteering.Studies;

/// <summary>
/// The folder of a study. A cell's files are named by the cell (<see cref="StudyCell.Id"/>) and written whole or not at all;
/// <c>cells/ID.json</c> is written last, so that it proves all the others.
/// </summary>
/// <param name="folder">The folder; it need not exist yet.</param>
public sealed class ResultStore(string folder)
{
    /// <summary>The plan, as the study's last run made it.</summary>
    public string PlanFile => Path.Combine(Folder, "plan.json");

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Reads what there is, however little is done.</summary>
    /// <exception cref="PasException">The folder is no study's, or a file in it is damaged.</exception>
    public StudyResults Read() => new(ReadPlan(), All<CellResult>("cells", Ids), ReadFailures(), ReadTimings());

    /// <summary>The cells that the study asks for.</summary>
    /// <exception cref="PasException">The folder is no study's.</exception>
    public StudyPlan ReadPlan() => File.Exists(PlanFile)
        ? StudyJson.Read<StudyPlan>(PlanFile)
        : throw new PasException("is not the folder of a study", Folder, "a file plan.json, which 'pas study run' writes first") { Code = ErrorCodes.FileDamaged };

    /// <summary>The cells that failed, and why.</summary>
    public IReadOnlyList<CellFailure> ReadFailures() => All<CellFailure>("failures", Ids);

    /// <summary>How long the finished cells took.</summary>
    public IReadOnlyDictionary<string, CellTiming> ReadTimings() =>
        Ids.Where(IsDone).Where(id => File.Exists(FileOf("timings", id))).ToDictionary(id => id, id => StudyJson.Read<CellTiming>(FileOf("timings", id)));

    /// <summary>Whether a cell is finished.</summary>
    public bool IsDone(string id) => File.Exists(FileOf("cells", id));

    /// <summary>Full path of a cell's vector, whether or not it has one.</summary>
    public string VectorFile(string id) => Path.Combine(Folder, "vectors", id + ".safetensors");

    /// <summary>Whether a cell has failed after a moment of the file system's clock.</summary>
    internal bool HasFailedSince(string id, DateTime moment) => File.GetLastWriteTimeUtc(FileOf("failures", id)) >= moment;

    /// <summary>Folder of a cell's adapter, whether or not it has one.</summary>
    public string AdapterFolder(string id) => Path.Combine(Folder, "adapters", id);

    internal void SavePlan(StudyPlan plan)
    {
        Directory.CreateDirectory(Folder);
        StudyJson.Write(PlanFile, plan);
    }

    internal void Save(CellResult result, CellTiming timing)
    {
        var id = result.Cell.Id;
        StudyJson.Write(Made("timings", id), timing);
        File.Delete(Made("failures", id)); // Of an earlier run.
        StudyJson.Write(Made("cells", id), result);
    }

    internal void Save(CellFailure failure) => StudyJson.Write(Made("failures", failure.Cell.Id), failure);

    internal string Made(string kind, string id)
    {
        Directory.CreateDirectory(Path.Combine(Folder, kind));
        return FileOf(kind, id);
    }

    private IEnumerable<string> Ids => ReadPlan().Cells.Select(cell => cell.Id);

    private List<T> All<T>(string kind, IEnumerable<string> ids) => [.. ids.Select(id => FileOf(kind, id)).Where(File.Exists).Select(StudyJson.Read<T>)];

    private string FileOf(string kind, string id) => Path.Combine(Folder, kind, id + ".json");
}
