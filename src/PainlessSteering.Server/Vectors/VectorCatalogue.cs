using System.Collections.Immutable;
using PainlessSteering.Engine;
using PainlessSteering.Evaluation;
using PainlessSteering.Server.Errors;
using PainlessSteering.Vectors;

namespace PainlessSteering.Server.Vectors;

/// <summary>The vectors of a folder by name. Readers see one whole scan, whatever the folder does meanwhile. Safe for concurrent use.</summary>
/// <param name="folder">Has *.safetensors; null for no vectors.</param>
/// <param name="model">The model that they must fit.</param>
/// <param name="force">Accepts vectors that were fitted on other weights.</param>
/// <param name="log">Told what appears, changes and goes.</param>
internal sealed partial class VectorCatalogue(string? folder, CausalLM model, bool force, ILogger<VectorCatalogue> log)
{
    private readonly Lock _scanning = new();
    private ImmutableSortedDictionary<string, VectorFile> _files = ImmutableSortedDictionary.Create<string, VectorFile>(StringComparer.Ordinal);

    /// <summary>Every file, by name.</summary>
    public IReadOnlyDictionary<string, VectorFile> Files => Volatile.Read(ref _files);

    /// <summary>Brings the catalogue up to date with the folder.</summary>
    public void Scan()
    {
        lock (_scanning)
        {
            var before = _files;
            var after = ImmutableSortedDictionary.CreateBuilder<string, VectorFile>(StringComparer.Ordinal);
            foreach (var file in Present())
            {
                var name = Path.GetFileNameWithoutExtension(file.Name);
                after[name] = before.GetValueOrDefault(name) is { } known && known.Stamp == FileStamp.Of(file) ? known : Loaded(file);
            }

            foreach (var gone in before.Keys.Except(after.Keys, StringComparer.Ordinal))
            {
                LogGone(gone);
            }

            Volatile.Write(ref _files, after.ToImmutable());
        }
    }

    /// <summary>The vectors that a request asks for.</summary>
    /// <exception cref="ApiException">There is no such vector, or it cannot be used so.</exception>
    public IReadOnlyList<AppliedVector> Resolve(IReadOnlyList<VectorChoice> choices) => [.. choices.Select(Applied)];

    private AppliedVector Applied(VectorChoice choice)
    {
        var files = Files;
        if (!files.TryGetValue(choice.Name, out var file))
        {
            var near = Suggestion.Nearest(choice.Name, files.Keys);
            throw Missing(choice, $"there is no vector '{choice.Name}'" + (near is null ? "; /v1/steering/vectors lists those there are" : $"; did you mean '{near}'?"));
        }

        var vector = file.Vector ?? throw Missing(choice, $"the vector '{choice.Name}' cannot be used: {file.Error}");
        if (choice.Layer >= model.Config.Layers)
        {
            throw ApiException.Invalid(FormattableString.Invariant($"there is no layer {choice.Layer}; expected 0 to {model.Config.Layers - 1}"), $"{choice.Field}.layer");
        }

        return new AppliedVector(choice is { Layer: null, Site: null } ? vector : Moved(vector, choice), Factor(vector, choice), choice.TokenRule);
    }

    private static double? Factor(SteeringVector vector, VectorChoice choice)
    {
        if (choice is { Strength.IsPercentage: true } and not { Layer: null, Site: null })
        {
            throw ApiException.Invalid("a percentage is one of the activations where the vector was fitted; give a number beside another layer or site", $"{choice.Field}.strength");
        }

        try
        {
            return choice.Strength is { } strength ? FitArtifact.Factor(vector, strength) : null;
        }
        catch (PasException e)
        {
            throw choice.Field == "model" ? ApiException.NoModel(e.Message) : ApiException.Invalid(e.Message, $"{choice.Field}.strength");
        }
    }

    private static SteeringVector Moved(SteeringVector vector, VectorChoice choice)
    {
        var edit = vector.OnlyEdit ?? throw ApiException.Invalid(
            $"the vector '{choice.Name}' has several edits, which cannot be moved together; leave out the layer and the site", $"{choice.Field}.{(choice.Layer is null ? "site" : "layer")}");
        return new SteeringVector([edit.At(choice.Layer ?? edit.Layer, choice.Site ?? edit.Site)], vector.Strength, vector.TokenRule, vector.Provenance, vector.Condition);
    }

    private static ApiException Missing(VectorChoice choice, string message) => choice.Field == "model"
        ? ApiException.NoModel(message)
        : ApiException.Invalid(message, $"{choice.Field}.name", "vector_not_found");

    private IReadOnlyList<FileInfo> Present()
    {
        try
        {
            return folder is null ? [] : [.. new DirectoryInfo(folder).EnumerateFiles("*.safetensors").Where(file => file.Name[0] != '.' && file.Exists)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogClosed(folder!, e.Message);
            return [];
        }
    }

    private VectorFile Loaded(FileInfo file)
    {
        var read = VectorFile.Read(file, model, force);
        if (read.Vector is null)
        {
            LogBroken(file.Name, read.Error!);
        }
        else
        {
            LogLoaded(read.Name);
        }

        return read;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "vector {Name} is there")]
    private partial void LogLoaded(string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "vector {Name} is gone")]
    private partial void LogGone(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is no usable vector: {Reason}")]
    private partial void LogBroken(string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the folder {Folder} cannot be read: {Reason}")]
    private partial void LogClosed(string folder, string reason);
}
