using System.Diagnostics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Evaluation;
using PainlessSteering.Evaluation.Caching;
using PainlessSteering.Hub;
using PainlessSteering.Text;
using PainlessSteering.Training;
using PainlessSteering.Vectors.Formats;
using static TorchSharp.torch;

namespace PainlessSteering.Studies;

/// <summary>Computes cells one after the other and saves what they find, or why they cannot.</summary>
internal sealed class CellComputer(StudySpec spec, ResultStore store, StudySources sources, StudyRunOptions options) : IDisposable
{
    private readonly IReadOnlyList<PromptPair>? _promptPairs = spec.PromptPairs is { } pairs ? PromptPair.Load(pairs) : null;
    private readonly ActivationCache _cache = new(options.CacheFolder) { Sites = spec.Sites };
    private (StudyModel, StudyTask)? _cached;
    private StudyModel? _key;
    private readonly HashSet<string> _told = [];
    private CausalLM? _model;
    private Tokenizer? _tokenizer;

    /// <summary>Fits a cell and saves its vector, its time and, last, its result; or else the reason why there is none.</summary>
    public (CellResult? Result, string? Problem) Compute(StudyJob job, Action<StageProgress> told, CancellationToken cancellation)
    {
        string problem;
        try
        {
            var clock = Stopwatch.StartNew();
            var data = Get(sources.Data(job.Task));
            var (adapted, training) = job.Cell.Sft is { } sft ? Train(job, sft, data, new Relay(told), cancellation) : (job.Model, null);
            PeakMemory.Reset();
            var (model, tokenizer) = Model(adapted);
            if (_cached != (adapted, job.Task))
            {
                _cache.Forget(); // No other prompts come again.
                _cached = (adapted, job.Task);
            }

            var fit = PasPipeline.Fit(model, tokenizer, data, Options(job), new Relay(told), cancellation);
            var result = CellRecord.Of(job.Cell, fit, SaveVector(job.Cell, fit));
            var vector = new FileInfo(store.VectorFile(job.Cell.Id));
            store.Save(result, new CellTiming(clock.Elapsed.TotalSeconds, Environment.MachineName, fit.Seconds, PeakMemory.Bytes, result.Vector is null ? 0 : vector.Length, training));
            return (result, null);
        }
        catch (PasException e)
        {
            problem = e.Named(StudyKeys.Of).Named(options.NameOf).Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            problem = $"internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";
        }

        store.Save(new CellFailure(job.Cell, problem));
        return (null, problem);
    }

    public void Dispose()
    {
        _model?.Dispose();
        _cache.Dispose();
    }

    /// <summary>Trains the cell's adapter, or finds it finished, or goes on with it.</summary>
    private (StudyModel Adapted, CellTraining Training) Train(StudyJob job, StudySft sft, Dataset data, IProgress<StageProgress> told, CancellationToken cancellation)
    {
        _model?.Dispose(); // One model is in memory at a time.
        (_key, _model) = (null, null);
        var folder = store.AdapterFolder(job.Cell.Id);
        AtomicFolder.Make(folder);
        var source = Get(sources.Model(job.Model)).Path;
        var trained = SftTrainer.Train(
            source, Loading(job.Model), data, sft.Options(job) with { Engine = options.Engine, BaseModel = HubCache.NameOf(source) }, folder, resume: true, told, cancellation);
        return (job.Model with { Adapter = folder }, new CellTraining(trained.Cost?.Seconds, trained.Cost?.PeakMemoryBytes, trained.TrainedParameters, trained.ArtifactBytes));
    }

    private string? SaveVector(StudyCell cell, FitResult fit)
    {
        if (FitArtifact.Make(fit, cell.Model, cell.Task) is not { } vector)
        {
            return null;
        }

        var file = store.VectorFile(cell.Id);
        AtomicFolder.Make(Path.GetDirectoryName(file)!);
        SafetensorsFormat.Write(file, vector);
        return Path.GetRelativePath(store.Folder, file).Replace('\\', '/');
    }

    private FitOptions Options(StudyJob job) => new()
    {
        Protocol = job.Cell.Protocol,
        Seed = job.Cell.Seed,
        Methods = spec.Methods,
        PromptPairs = _promptPairs,
        Sites = [job.Site],
        Layers = job.Cell.Layers,
        Strengths = job.Cell.Strengths,
        Split = job.Split,
        MaxItems = job.Cell.MaxItems,
        SkipLongPrompts = job.Cell.SkipLongPrompts,
        Icl = job.Cell.Icl,
        TestOn = [.. spec.TestOn.Select(task => Get(sources.Data(task)))],
        Placebos = job.Cell.Placebos,
        Alpha = job.Cell.Alpha,
        Cache = _cache,
        Engine = options.Engine,
    };

    /// <summary>One model is in memory at a time; the cells of a model follow each other.</summary>
    private (CausalLM Model, Tokenizer Tokenizer) Model(StudyModel model)
    {
        if (_key != model)
        {
            _model?.Dispose();
            (_key, _model) = (null, null);
            using var source = ModelSource.Open(Get(sources.Model(model)).Path);
            _tokenizer = source.Tokenizer;
            if (UnusedParts.Line(source.Unused) is { } unused && _told.Add(source.Path))
            {
                options.Note($"{model.Name}: {unused}");
            }

            _model = CausalLM.Load(source, Loading(model));
            _key = model;
        }

        return (_model!, _tokenizer!);
    }

    private LoadOptions Loading(StudyModel model) => new()
    {
        DataType = spec.DataType == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32,
        Weights = WeightFormats.Parse(spec.Weights),
        Device = options.Device,
        Adapter = model.Adapter,
    };

    private static T Get<T>(Found<T> found)
        where T : class => found.Value ?? throw found.Problem!;

    private sealed class Relay(Action<StageProgress> told) : IProgress<StageProgress>
    {
        public void Report(StageProgress value) => told(value);
    }
}
