using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Studies;

/// <summary>
/// What a study file asks for: every combination of its models, tasks, sites, splits, numbers of exemplars and seeds is one cell
/// (see <see cref="StudyCell"/>).
/// </summary>
public sealed record StudySpec
{
    private readonly int? _placebos;

    /// <summary>What the study is called; the file's name unless told.</summary>
    public required string Name { get; init; }

    /// <summary>One or two sentences for the report; or null.</summary>
    public string? Description { get; init; }

    /// <summary>The models; empty where the command line must name one.</summary>
    public required IReadOnlyList<StudyModel> Models { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<StudyTask> Tasks { get; init; }

    /// <summary>Further tasks on which each chosen vector is tested too, on their test split of the same seed.</summary>
    public IReadOnlyList<StudyTask> TestOn { get; init; } = [];

    /// <summary>Sites, each a search of its own.</summary>
    public IReadOnlyList<SteeringSite> Sites { get; init; } = [SteeringSite.Residual];

    /// <summary>Methods, which share each cell's fit.</summary>
    public IReadOnlyList<SteeringMethod> Methods { get; init; } = SteeringMethod.All;

    /// <summary>File of hand-written prompt pairs, tried as one more method; or null.</summary>
    public string? PromptPairs { get; init; }

    /// <summary>Seeds of split, choice orders and placebos.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [1];

    /// <summary>Which rules hold.</summary>
    public Protocol Protocol { get; init; } = Protocol.Sound;

    /// <summary>0-based blocks; null for <see cref="FitOptions.DefaultLayers"/> of each model.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Factors of the vectors, and percentages of how long activations are at their places.</summary>
    public IReadOnlyList<SteeringStrength> Strengths { get; init; } = FitOptions.PaperStrengths;

    /// <summary>Sizes of training, validation and test; more than one for a sample-size study.</summary>
    public IReadOnlyList<SplitSizes> Splits { get; init; } = [SplitSizes.Default];

    /// <summary>At most so many items of a task are used.</summary>
    public int MaxItems { get; init; } = Split.DefaultMaxItems;

    /// <summary>Numbers of in-context exemplars; 0 for none.</summary>
    public IReadOnlyList<int> Icl { get; init; } = [0];

    /// <summary>
    /// Placebos with shuffled labels in each cell. The seeds of a task count theirs together, so that five are enough from four seeds on.
    /// </summary>
    public int Placebos
    {
        get => _placebos ?? Math.Max(5, (int)Math.Ceiling((double)PlaceboTest.Fewest(Alpha) / Seeds.Count));
        init => _placebos = value;
    }

    /// <summary>
    /// How each model is fine-tuned, with the very items of each cell; null for no fine-tuning. Every cell without exemplars then comes
    /// twice: on the model as it is, and on the fine-tuned one.
    /// </summary>
    public StudySft? Sft { get; init; }

    /// <summary>Level of the tests.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Leave out bad rows and items too long for the model, instead of failing the cell.</summary>
    public bool SkipBadRows { get; init; }

    /// <summary>Type to compute in: <c>f32</c> or <c>bf16</c>.</summary>
    public string DataType { get; init; } = "f32";

    /// <summary>How the weights are held, by a name of <see cref="WeightFormats"/>.</summary>
    public string Weights { get; init; } = "full";

    /// <summary>What the user should know of how the file was read: keys that it has and that mean nothing here.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads a study file, ours or one of the paper's released code; relative paths in it start at its folder.</summary>
    /// <exception cref="PasException">A key is unknown, a value unusable, or something needed is missing.</exception>
    public static StudySpec Load(string file) => StudyFile.Read(file);
}

/// <summary>A model of a study.</summary>
/// <param name="Name">A folder, or a name such as <c>meta-llama/Llama-3.1-8B-Instruct</c>, also with <c>@revision</c>, from the Hugging Face cache.</param>
/// <param name="Adapter">Folder of an adapter put on the model; or null.</param>
/// <param name="Label">What tables call it; null for the last part of its name.</param>
public sealed record StudyModel(string Name, string? Adapter = null, string? Label = null)
{
    /// <summary>What tables call it.</summary>
    public string Title => Label ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Name)).Split('@')[0] + (Adapter is null ? "" : $" + {Path.GetFileName(Path.TrimEndingDirectorySeparator(Adapter))}");
}

/// <summary>A task of a study: one of the catalogue by its name, or a data file.</summary>
/// <param name="Name">The catalogue's name, or what tables call the file.</param>
/// <param name="Files">Full paths of its data files; null for a task of the catalogue that is to be found by itself.</param>
/// <param name="Columns">How the file of a task of one's own is understood; null for a task of the catalogue, if its name is one.</param>
/// <param name="Category">E.g. <c>Social Bias</c>; null for the catalogue's, or none.</param>
public sealed record StudyTask(string Name, IReadOnlyList<string>? Files = null, DatasetColumns? Columns = null, string? Category = null);
