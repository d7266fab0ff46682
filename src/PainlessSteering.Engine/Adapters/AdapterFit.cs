using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Adapters;

/// <summary>An adapter's changes by the names that a checkpoint has for its tensors.</summary>
internal sealed class AdapterFit
{
    private const string Weight = ".weight", Bias = ".bias";

    private readonly Adapter _adapter;
    private readonly Checkpoint _model;
    private readonly Lazy<ModelConfig> _config;
    private readonly Dictionary<string, string> _stored; // What the checkpoint calls a tensor, by what the adapter does.
    private readonly Dictionary<string, List<TensorChange>> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _added = new(StringComparer.Ordinal);
    private readonly bool _newNames;
    private (string Head, string Embedding)? _tied;

    private AdapterFit(Adapter adapter, IModelSource source)
    {
        (_adapter, _model, _config) = (adapter, source.Weights, new(() => StoredConfig.Named(source.Config, source.Weights)));
        _newNames = adapter.Changes.Any(change => VisionLanguageNames.IsNew(change.Target));
        _stored = _model.Names.ToDictionary(Named, StringComparer.Ordinal);
    }

    /// <summary>What is done with each tensor that changes, in order.</summary>
    public IReadOnlyDictionary<string, List<TensorChange>> Changes => _changes;

    /// <summary>Shapes of the tensors that the checkpoint does not have and the adapted model does.</summary>
    public IReadOnlyDictionary<string, long[]> Added => _added;

    /// <summary>The head that was the embedding and is it no more, and the embedding whose values it had; null where nothing is parted.</summary>
    public (string Head, string Embedding)? Parted { get; private set; }

    /// <summary>Finds every tensor that an adapter changes.</summary>
    /// <param name="adapter">The adapter.</param>
    /// <param name="source">The model. Its configuration is read where embedding and head matter.</param>
    /// <exception cref="PasException">A tensor is not in the model or has another shape, or one of the model's that should be changed is not.</exception>
    public static AdapterFit Of(Adapter adapter, IModelSource source)
    {
        var fit = new AdapterFit(adapter, source);
        var changes = adapter.Changes.SelectMany(change => change.In(fit._stored.ContainsKey)).ToArray();
        if (adapter.Changes.Any(change => change.MayBeOfEmbedding) || changes.Any(change => fit.IsUnknown(change.Target)) || adapter.Content?.NamesOther(fit._stored.Keys) == true)
        {
            fit.FindTiedHead();
        }

        Array.ForEach(changes, fit.Add);
        fit.PartEmbeddingAndHead();
        fit.EnsureComplete(changes);
        return fit;
    }

    private bool IsUnknown(string target) => !_stored.ContainsKey(target);

    /// <summary>What the adapter calls a tensor of the checkpoint.</summary>
    private string Named(string stored)
    {
        var end = stored.LastIndexOf('.');
        return !_newNames ? stored : end < 0 ? VisionLanguageNames.New(stored) : VisionLanguageNames.New(stored[..end]) + stored[end..];
    }

    private void FindTiedHead()
    {
        var config = _config.Value;
        if (StoredConfig.Apply(config, _model).TiedEmbeddings)
        {
            var tied = (Head: StoredConfig.NameOf(config), Embedding: StoredConfig.EmbeddingOf(config));
            _stored[Named(tied.Head)] = tied.Head;
            _tied = tied;
        }
    }

    private void Add(TensorChange change)
    {
        if (!_stored.TryGetValue(change.Target, out var name))
        {
            if (change.WhereAbsent == Absence.Skipped)
            {
                return;
            }

            name = change.WhereAbsent == Absence.Added && _stored.TryGetValue(change.Target[..^Bias.Length] + Weight, out var weight)
                ? weight[..^Weight.Length] + Bias
                : throw NoModule(change);
            _added[name] = [ShapeOf(name[..^Bias.Length] + Weight)[0]];
        }

        var shape = _added.GetValueOrDefault(name) ?? ShapeOf(name);
        if (shape.Length != change.Shape.Length || shape.Zip(change.Shape).Any(size => size.Second != -1 && size.First != size.Second))
        {
            throw new PasException(
                "the adapter is for a weight of another shape", change.Source.Place, $"[{string.Join(", ", shape)}], as '{ModuleOf(change.Target)}' of {_model.Where}", $"[{string.Join(", ", change.Shape.Select(size => size < 0 ? "…" : $"{size}"))}]", "is it an adapter of this model?")
            { Code = ErrorCodes.DoesNotFit };
        }

        AddTo(name, change);
        if (_tied is { } tied && name == tied.Embedding && change.TiedHeadFollows)
        {
            AddTo(tied.Head, change);
        }
    }

    private void AddTo(string name, TensorChange change)
    {
        if (!_changes.TryGetValue(name, out var changes))
        {
            _changes.Add(name, changes = []);
        }

        changes.Add(change);
    }

    /// <summary>A head that is the embedding stays it where both change alike; else each has its own.</summary>
    private void PartEmbeddingAndHead()
    {
        if (_tied is not { } tied)
        {
            return;
        }

        var (head, embedding) = (_changes.GetValueOrDefault(tied.Head, []), _changes.GetValueOrDefault(tied.Embedding, []));
        if (!head.SequenceEqual(embedding))
        {
            Parted = tied;
            if (!_model.Has(tied.Head))
            {
                _added.Add(tied.Head, ShapeOf(tied.Embedding));
            }
        }
        else if (!_model.Has(tied.Head))
        {
            _changes.Remove(tied.Head);
        }
    }

    private void EnsureComplete(TensorChange[] changes)
    {
        var changed = changes.Select(change => change.Target).ToHashSet(StringComparer.Ordinal);
        var expertsChange = changed.Any(IsOfExpert);
        foreach (var name in _stored.Keys.Where(name => !changed.Contains(name) && (expertsChange || !IsOfExpert(name))).Order(StringComparer.Ordinal))
        {
            if (_adapter.Content?.Missing(name, ShapeOf(_stored[name]).Length, () => ModuleOf(Named(StoredConfig.NameOf(_config.Value)))) is { } missing)
            {
                throw new PasException("a tensor of the adapter is missing", missing, "tensors of every module that adapter_config.json names", remedy: "the file is not complete; get it again") { Code = ErrorCodes.FileDamaged };
            }
        }
    }

    /// <summary>Whether it is of one expert: transformers has all of a layer in one tensor, which is no module that an adapter could name.</summary>
    private static bool IsOfExpert(string name) => name.Contains(".experts.", StringComparison.Ordinal);

    private long[] ShapeOf(string name) => _tied is { } tied && name == tied.Head ? _model.ShapeOf(tied.Embedding) : _model.ShapeOf(name);

    private PasException NoModule(TensorChange change)
    {
        var module = ModuleOf(change.Target);
        var nearest = Suggestion.Nearest(module, _stored.Keys.Select(ModuleOf).Distinct());
        return new PasException(
            "the adapter changes a module that the model does not have", change.Source.Place, $"a module of {_model.Where}", $"'{module}'" + (nearest is null ? "" : $", nearest '{nearest}'"), "is it an adapter of this model?")
        { Code = ErrorCodes.DoesNotFit };
    }

    private static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var end ? tensor[..end] : tensor;
}
