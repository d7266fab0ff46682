using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Evaluation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering;

/// <summary>A fit in the making, begun by <see cref="Pas.Fit"/>. Each step gives a new one and leaves the old one as it was.</summary>
public sealed record PasFit
{
    private readonly string _modelPath;

    internal PasFit(string modelPath) => _modelPath = modelPath;

    private string? Data { get; init; }

    private string? Condition { get; init; }

    private LoadOptions? Loading { get; init; }

    private Func<FitOptions, FitOptions> Change { get; init; } = options => options;

    /// <summary>Labelled items: a CSV, TSV, JSON, JSONL or Parquet file.</summary>
    public PasFit On(string dataFile) => this with { Data = dataFile };

    /// <summary>Blocks to search, from 0 (default: ten, spread over the model as the paper's are).</summary>
    public PasFit WithLayers(params int[] layers) => With(options => options with { Layers = layers });

    /// <summary>Strengths to search, such as <c>4</c> or <c>SteeringStrength.Percent(10)</c> (default: the paper's).</summary>
    public PasFit WithStrengths(params SteeringStrength[] strengths) => With(options => options with { Strengths = strengths });

    /// <summary>Methods to search (default: all three).</summary>
    public PasFit WithMethods(params SteeringMethod[] methods) => With(options => options with { Methods = methods });

    /// <summary>Sites to search (default: the residual stream).</summary>
    public PasFit WithSites(params SteeringSite[] sites) => With(options => options with { Sites = sites });

    /// <summary>The seed of the split and of the placebos (default: 1).</summary>
    public PasFit WithSeed(long seed) => With(options => options with { Seed = seed });

    /// <summary>Any other option of the fit.</summary>
    public PasFit With(Func<FitOptions, FitOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var before = Change;
        return this with { Change = options => change(before(options)) };
    }

    /// <summary>How the model is loaded (default: float32 on the CPU).</summary>
    public PasFit Load(LoadOptions loading) => this with { Loading = loading };

    /// <summary>Lets the vector act only on prompts like some; see <see cref="ConditionPrompt.Load"/>.</summary>
    public PasFit OnlyOn(string promptFile) => this with { Condition = promptFile };

    /// <summary>Loads the model and fits: minutes to hours on the calling thread.</summary>
    /// <param name="progress">Told of finished prompts; called on worker threads.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    /// <exception cref="PasException">The data, the options and the model do not go together.</exception>
    public PasFitted Run(IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        var path = Data ?? throw new PasException("there is nothing to fit on", "PasFit", remedy: "name a data file with On(...)") { Code = ErrorCodes.BadSetting };
        using var source = ModelSource.Open(_modelPath);
        var options = Change(new FitOptions { Layers = FitOptions.DefaultLayers(source.Config) });
        var data = Dataset.Load(path, cancellation: cancellation);
        var prompts = Condition is null ? null : ConditionPrompt.Load(Condition);
        var tokenizer = source.Tokenizer;
        using var model = CausalLM.Load(source, Loading);
        var condition = prompts is null ? null : ConditionFit.Fit(model, tokenizer, prompts, options.Seed, options.Engine, progress, cancellation);
        var result = PasPipeline.Fit(model, tokenizer, data, options, progress, cancellation);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(_modelPath));
        return new PasFitted(result, FitArtifact.Make(result, name, Path.GetFileName(path), condition));
    }
}

/// <summary>What a fit found.</summary>
/// <param name="Result">Grid, test and verdict.</param>
/// <param name="Vector">The vector with all that led to it; null where every vector is undefined.</param>
public sealed record PasFitted(FitResult Result, SteeringVector? Vector)
{
    /// <summary>Writes the vector as <c>pas fit --out</c> does.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <exception cref="PasException">There is no vector, or the file cannot be written.</exception>
    public void Save(string path) => SafetensorsFormat.Write(
        path, Vector ?? throw new PasException("there is no vector to save", path, remedy: "use data of which the model answers some items right and some wrong"));
}
