using PainlessSteering.Statistics;

namespace PainlessSteering.Studies.Tables;

/// <summary>
/// A category pooled over its tasks, as the paper does: every seed of every task is one effect. The seeds of a task share its items, so
/// the interval is clustered by task (<see cref="PairedT.Clustered"/>); the paper's own, which takes all as independent, stands beside.
/// </summary>
/// <param name="Model">Name of the model; <see cref="AllModels"/> for all of the study.</param>
/// <param name="Category">Name of the category.</param>
/// <param name="Setting">A setting of it, for what else is the same in all: site, split, exemplars.</param>
/// <param name="Method">Name of the method; <see cref="Overall"/> for the choice over all.</param>
/// <param name="Tasks">Names of the tasks with results.</param>
/// <param name="Effects">Number of effects.</param>
/// <param name="Mean">Mean effect, -1 to 1.</param>
/// <param name="Clustered">Clustered by task; null with fewer than two tasks.</param>
/// <param name="Independent">The paper's test; null with fewer than two effects.</param>
public sealed record CategoryReport(
    string Model, string Category, StudyCell Setting, string Method, IReadOnlyList<string> Tasks, int Effects, double Mean, PairedT? Clustered, PairedT? Independent)
{
    /// <summary>Stands for the model where a row pools several.</summary>
    public const string AllModels = "all models";

    /// <summary>Stands for the method where a row is about the choice over all.</summary>
    public const string Overall = "best on validation";

    /// <summary>Pools the settings that have results: each model by itself, and all together where there are several.</summary>
    internal static IReadOnlyList<CategoryReport> Of(IReadOnlyList<SettingReport> settings)
    {
        var measured = settings.Where(setting => setting.Overall is not null && setting.Cell.Category is not null).ToArray();
        var rows = measured.SelectMany(setting => setting.Methods.Select(method => (Setting: setting, method.Method, method.Report)).Append((Setting: setting, Method: Overall, Report: setting.Overall!))).ToArray();
        var severalModels = measured.Select(setting => setting.Cell.Model).Distinct().Count() > 1;
        return
        [
            .. from model in measured.Select(setting => setting.Cell.Model).Distinct().Concat(severalModels ? [AllModels] : [])
               from row in rows
               where model == AllModels || row.Setting.Cell.Model == model
               group row by (model, row.Setting.Cell.Category, row.Setting.Cell.Site, row.Setting.Cell.Split, row.Setting.Cell.Icl, row.Setting.Cell.Sft, row.Setting.Cell.Weights, row.Method) into pool
               select Pool(pool.Key.model, [.. pool.Select(row => (row.Setting.Cell, row.Report))], pool.Key.Method),
        ];
    }

    private static CategoryReport Pool(string model, (StudyCell Cell, TaskReport Report)[] rows, string method)
    {
        var clusters = rows.GroupBy(row => row.Cell.Task).Select(task => (Task: task.Key, Effects: task.SelectMany(row => row.Report.Effects).ToArray())).ToArray();
        var effects = clusters.SelectMany(cluster => cluster.Effects).ToArray();
        return new(
            model, rows[0].Cell.Category!, rows[0].Cell, method, [.. clusters.Select(cluster => cluster.Task)], effects.Length, effects.Average(),
            clusters.Length > 1 ? PairedT.Clustered([.. clusters.Select(cluster => cluster.Effects)]) : null,
            effects.Length > 1 ? PairedT.Of(effects) : null);
    }
}
