using PainlessSteering.Data;
using PainlessSteering.Data.Tasks;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Studies;

/// <summary>Finds the models and tasks that a study names. What cannot be found stops its own cells only.</summary>
internal sealed class StudySources(StudySpec spec)
{
    private readonly Dictionary<StudyTask, Found<Dataset>> _data = [];
    private readonly Dictionary<StudyModel, Found<ModelFacts>> _models = [];

    /// <summary>What notes call the settings that no study file has.</summary>
    public Func<string, string?> NameOf { get; init; } = _ => null;

    /// <summary>Told, once a task of one's own, what the user should know of how its file was read.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>Place, fingerprint and shape of a model, or why there is none.</summary>
    public Found<ModelFacts> Model(StudyModel model) => Once(_models, model, () =>
    {
        var (path, note) = ModelStores.FromEnvironment().Find(model.Name);
        if (note is not null)
        {
            Note($"{model.Name}: {note}");
        }

        using var source = ModelSource.Open(path);
        using var adapted = AdaptedCheckpoint.Of(source, model.Adapter);
        return new ModelFacts(path, (adapted ?? source.Weights).Fingerprint, source.Config);
    });

    /// <summary>The items of a task, or why there are none.</summary>
    public Found<Dataset> Data(StudyTask task) => Once(_data, task, () =>
        InCatalogue(task) is { } known ? known.Load(spec.Protocol, task.Files ?? [])
        : task.Files is [var file] ? Own(task, file)
        : task.Files is null ? throw new PasException("is neither a task of the catalogue nor a data file", $"task '{task.Name}'", remedy: "'pas tasks list' shows the catalogue; a task of your own is {name: …, data: FILE}") { Code = ErrorCodes.BadSetting }
        : throw new PasException("a task of your own has one data file", $"task '{task.Name}'", found: $"{task.Files.Count} files") { Code = ErrorCodes.BadSetting });

    /// <summary>The catalogue's task of that name, unless the study says itself how its file is understood.</summary>
    public static BenchmarkTask? InCatalogue(StudyTask task) => task.Columns is not null ? null
        : TaskCatalog.All.FirstOrDefault(known => known.Name.Equals(task.Name, StringComparison.OrdinalIgnoreCase));

    private Dataset Own(StudyTask task, string file)
    {
        var data = Dataset.Load(file, task.Columns, spec.SkipBadRows);
        var leftOut = data.BadRows.Count == 0 ? null : FormattableString.Invariant($"left out: {data.BadRows.Count} rows that are not usable");
        foreach (var note in data.NotesIn(setting => StudyKeys.Of(setting) ?? NameOf(setting)).Append(data.Unused).Append(leftOut).OfType<string>())
        {
            Note($"task '{task.Name}': {note}");
        }

        return data;
    }

    private static Found<T> Once<TKey, T>(Dictionary<TKey, Found<T>> known, TKey key, Func<T> find)
        where TKey : notnull
        where T : class
    {
        if (!known.TryGetValue(key, out var found))
        {
            try
            {
                found = new Found<T>(find(), null);
            }
            catch (PasException e)
            {
                found = new Found<T>(null, e);
            }

            known.Add(key, found);
        }

        return found;
    }
}

/// <summary>Something that was looked for.</summary>
/// <param name="Value">It; null where it was not found.</param>
/// <param name="Problem">Why it was not found; else null.</param>
internal sealed record Found<T>(T? Value, PasException? Problem)
    where T : class;

/// <summary>What is known of a model before it is loaded.</summary>
/// <param name="Path">Where it is: a folder or a file.</param>
/// <param name="Fingerprint">Of its weights and adapter.</param>
/// <param name="Config">Its shape.</param>
internal sealed record ModelFacts(string Path, string Fingerprint, ModelConfig Config);
