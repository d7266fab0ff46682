using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using PainlessSteering.Studies;

namespace PainlessSteering.Reports.Paper;

/// <summary>
/// What Cui and Chen (arXiv 2509.22739) report, as read off their figures: to stand beside a study of the same tasks and models. Effects
/// are percentage points and means over their three models, with half the width of the 95% interval; accuracies are shares of 1.
/// </summary>
internal sealed record PaperNumbers
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Where the numbers come from.</summary>
    public required string Source { get; init; }

    /// <summary>Their names of the models, and the names on the hub.</summary>
    public required IReadOnlyDictionary<string, string> HubNames { get; init; }

    /// <summary>The order of methods below.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Per task, per method: mean and half width.</summary>
    public required IReadOnlyDictionary<string, double[][]> Effects { get; init; }

    /// <summary>Per category, per method.</summary>
    public required IReadOnlyDictionary<string, double[]> Categories { get; init; }

    /// <summary>The same on top of ten in-context exemplars.</summary>
    public required IReadOnlyDictionary<string, double[]> IclCategories { get; init; }

    /// <summary>Their experiment with a fine-tuned model.</summary>
    public required PaperFineTuning FineTuning { get; init; }

    /// <summary>Layers of <see cref="ByLayer"/>.</summary>
    public required IReadOnlyList<double> Layers { get; init; }

    /// <summary>Best validation accuracy at each layer, per task and model.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double[]>> ByLayer { get; init; }

    /// <summary>Strengths of <see cref="ByStrength"/>.</summary>
    public required IReadOnlyList<double> Strengths { get; init; }

    /// <summary>Best validation accuracy at each strength, per task and model.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, double[]>> ByStrength { get; init; }

    /// <summary>Nominal training sizes of <see cref="ByTrainSize"/>.</summary>
    public required IReadOnlyList<double> TrainSizes { get; init; }

    /// <summary>Test accuracy at each training size, per task, model and method.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double[]>>> ByTrainSize { get; init; }

    /// <summary>Reads the numbers that come with the program.</summary>
    public static PaperNumbers Load()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("paper.json")!;
        return JsonSerializer.Deserialize<PaperNumbers>(file, Options)!;
    }

    /// <summary>Whether a cell is what their figures are about: the model as it is, without exemplars, at the residual site.</summary>
    public static bool IsTheirSetting(StudyCell cell) => cell is { Icl: 0, Sft: null, Site: "residual" };

    /// <summary>Whether a model is one of the paper's.</summary>
    public bool Knows(string model) => Key(model) is not null;

    /// <summary>Their effect of a method on a task, as a share of 1 with its half width; null where task or model are not theirs.</summary>
    public (double Mean, double Half)? Effect(string model, string task, string method) =>
        Knows(model) && Effects.TryGetValue(task, out var effects) && Methods.ToList().IndexOf(method) is >= 0 and var index ? (effects[index][0] / 100, effects[index][1] / 100) : null;

    /// <summary>Their effect of a method on a category, as a share of 1; null where category or method are not theirs.</summary>
    public double? Category(string category, string method, int exemplars) =>
        (exemplars > 0 ? IclCategories : Categories).TryGetValue(category, out var effects) && Methods.ToList().IndexOf(method) is >= 0 and var index ? effects[index] / 100 : null;

    /// <summary>What fine-tuning alone gained, as a share of 1; null where task or model are not theirs.</summary>
    public double? Tuned(string model, string task) => FineTuning.Is(model, task) ? FineTuning.Alone / 100 : null;

    /// <summary>What a method added to the fine-tuned model, as a share of 1; null where task, model or method are not theirs.</summary>
    public double? OnTopOfTuned(string model, string task, string method) =>
        FineTuning.Is(model, task) && Methods.ToList().IndexOf(method) is >= 0 and var index ? FineTuning.OnTop[index] / 100 : null;

    /// <summary>Their curve of a task and model; empty where one is not theirs.</summary>
    public IReadOnlyList<(double At, double Accuracy)> Curve(IReadOnlyList<double> at, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double[]>> curves, string model, string task) =>
        Key(model) is { } key && curves.TryGetValue(task, out var models) && models.TryGetValue(key, out var values) ? [.. at.Zip(values)] : [];

    /// <summary>Their accuracies over training sizes; empty where task, model or method are not theirs.</summary>
    public IReadOnlyList<(double At, double Accuracy)> SizeCurve(string model, string task, string method) =>
        Key(model) is { } key && ByTrainSize.TryGetValue(task, out var models) && models.TryGetValue(key, out var methods) && methods.TryGetValue(method, out var values) ? [.. TrainSizes.Zip(values)] : [];

    private string? Key(string model) => HubNames.FirstOrDefault(pair => string.Equals(pair.Value, model, StringComparison.OrdinalIgnoreCase)).Key;
}

/// <summary>The paper's one model that was fine-tuned on the task; effects in percentage points.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Task">The task's.</param>
/// <param name="Alone">Fine-tuned less plain.</param>
/// <param name="OnTop">Per method: fine-tuned and steered less fine-tuned.</param>
internal sealed record PaperFineTuning(string Model, string Task, double Alone, double[] OnTop)
{
    /// <summary>Whether model and task are theirs.</summary>
    public bool Is(string model, string task) => string.Equals(model, Model, StringComparison.OrdinalIgnoreCase) && task == Task;
}
