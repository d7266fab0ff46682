using PainlessSteering.Data;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Training;

namespace PainlessSteering.Studies;

/// <summary>What a study file calls the settings of the libraries.</summary>
internal static class StudyKeys
{
    /// <summary>The keys under <c>sft</c>.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sft = new Dictionary<string, string>
    {
        [nameof(SftOptions.Rank)] = "rank",
        [nameof(SftOptions.Alpha)] = "alpha",
        [nameof(SftOptions.Targets)] = "target",
        [nameof(SftOptions.Epochs)] = "epochs",
        [nameof(SftOptions.LearningRate)] = "lr",
        [nameof(SftOptions.Dropout)] = "dropout",
        [nameof(SftOptions.Batch)] = "batch",
        [nameof(SftOptions.Accumulate)] = "accumulate",
        [nameof(SftOptions.Clip)] = "clip",
        [nameof(SftOptions.WarmUp)] = "warmup",
        [nameof(SftOptions.WeightDecay)] = "weight_decay",
        [nameof(SftOptions.Patience)] = "patience",
    };

    private static readonly Dictionary<string, string> Fit = new()
    {
        [nameof(FitOptions.Layers)] = "layers",
        [nameof(FitOptions.Strengths)] = "strengths",
        [nameof(FitOptions.Sites)] = "sites",
        [nameof(FitOptions.Methods)] = "methods",
        [nameof(FitOptions.Protocol)] = "protocol",
        [nameof(FitOptions.SkipLongPrompts)] = "skip_bad_rows",
        ["skipBadRows"] = "skip_bad_rows",
        [nameof(DatasetColumns.Question)] = "question",
        [nameof(DatasetColumns.Choices)] = "choices",
        [nameof(DatasetColumns.Answer)] = "answer",
        [nameof(DatasetColumns.AnswerForm)] = "answer_form",
        [nameof(DatasetColumns.Sql)] = "sql",
        [nameof(LoadOptions.DataType)] = "dtype",
        [nameof(LoadOptions.Weights)] = "weights",
    };

    /// <summary>Every key that names a setting.</summary>
    public static IEnumerable<string> All => Fit.Values.Concat(Sft.Values).Distinct();

    /// <summary>The key of a setting in words, as errors of a cell name it; null where a study file has none.</summary>
    public static string? Of(string setting) => (Fit.GetValueOrDefault(setting) ?? Sft.GetValueOrDefault(setting)) is { } key ? $"key '{key}'" : null;

    /// <summary>Refuses what the libraries refuse, at the place of the key that says it.</summary>
    /// <param name="check">Throws where a setting is not usable.</param>
    /// <param name="keys">The keys of the settings.</param>
    /// <param name="entries">What the file has.</param>
    public static void Check(Action check, IReadOnlyDictionary<string, string> keys, IReadOnlyDictionary<string, YamlPart> entries)
    {
        try
        {
            check();
        }
        catch (PasException e) when (e.Setting is { } setting && keys.TryGetValue(setting, out var key) && entries.ContainsKey(key))
        {
            throw e.At(entries[key].Place);
        }
    }
}
