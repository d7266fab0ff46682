using PainlessSteering.Engine.Adapters;
using PainlessSteering.Engine.Files;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>Weights with an adapter added as they are loaded.</summary>
internal sealed class AdaptedCheckpoint : Checkpoint
{
    private readonly Checkpoint _plain;
    private readonly Adapter _adapter;
    private readonly AdapterFit _fit;
    private readonly HashSet<string> _names;
    private readonly Lazy<string> _fingerprint;

    private AdaptedCheckpoint(Checkpoint plain, Adapter adapter, AdapterFit fit)
        : base(plain.Where, plain.Configuration)
    {
        (_plain, _adapter, _fit) = (plain, adapter, fit);
        _names = [.. plain.Names, .. fit.Added.Keys];
        _fingerprint = new(() => adapter.Fingerprint(plain.Fingerprint));
    }

    public override IReadOnlyCollection<string> Names => _names;

    public override string Fingerprint => _fingerprint.Value;

    /// <summary>How many weights the adapter changes or adds.</summary>
    public int ChangedWeights => _fit.Changes.Keys.Union(_fit.Added.Keys).Count();

    /// <summary>Weights that the model has with the adapter alone.</summary>
    public IEnumerable<string> Added => _fit.Added.Keys.Order(StringComparer.Ordinal);

    /// <summary>The head that was the embedding and is another weight with the adapter; null where there is none.</summary>
    public string? PartedHead => _fit.Parted?.Head;

    /// <summary>A source's weights with an adapter; null where there is none.</summary>
    /// <param name="source">Owns the plain weights, and must outlive these.</param>
    /// <param name="adapter">The adapter's folder, in PEFT's layout; or null.</param>
    /// <exception cref="PasException">The adapter is damaged, or none for these weights.</exception>
    public static Checkpoint? Of(IModelSource source, string? adapter) => adapter is null ? null : Open(source, adapter);

    /// <summary>As <see cref="Of"/>, for an adapter that there is.</summary>
    public static AdaptedCheckpoint Open(IModelSource source, string adapter)
    {
        var added = Adapter.Open(adapter);
        try
        {
            return new AdaptedCheckpoint(source.Weights, added, AdapterFit.Of(added, source));
        }
        catch
        {
            added.Dispose();
            throw;
        }
    }

    /// <summary>Closes the adapter.</summary>
    public override void Dispose() => _adapter.Dispose();

    /// <summary>Whether the adapter changes a weight, or adds it.</summary>
    public bool Changes(string name) => _fit.Changes.ContainsKey(name) || Adds(name);

    /// <summary>A weight with the adapter's change, in the type that it is stored in; null where the adapter leaves it alone.</summary>
    /// <exception cref="PasException">The weight is not of floating point, or it or what it becomes is not finite.</exception>
    public Tensor? Changed(string name)
    {
        if (!_fit.Changes.TryGetValue(name, out var changes))
        {
            return null;
        }

        var stored = Unchanged(name);
        try
        {
            return Apply(changes, stored.Tensor);
        }
        finally
        {
            stored.Drop();
        }
    }

    internal override IEnumerable<OpenedFile> OpenFiles => _plain.OpenFiles;

    internal override IEnumerable<string> Types => _plain.Types;

    internal override bool Adds(string name) => _fit.Added.ContainsKey(name);

    internal override long[] ShapeOf(string name) => _fit.Added.TryGetValue(name, out var shape) ? shape : _plain.ShapeOf(name);

    internal override StoredForm FormOf(string name)
    {
        if (Adds(name) && name != PartedHead)
        {
            return new(ScalarType.Float32, null, false);
        }

        var form = _plain.FormOf(SourceOf(name));
        return _fit.Changes.ContainsKey(name) ? new(form.Type ?? ScalarType.Float32, null, false) : form;
    }

    internal override string PlaceOf(string name) => !Adds(name) ? _plain.PlaceOf(name) : _fit.Changes.TryGetValue(name, out var changes) ? changes[^1].Source.Place : $"{Where}, key {SafeTensorsHeader.Quote(name)}";

    internal override LoadedWeight? StoredBlocks(string name) => _fit.Changes.ContainsKey(name) ? null : _plain.StoredBlocks(SourceOf(name));

    internal override LoadedWeight Stored(string name) => Stored(name, null);

    internal override LoadedWeight Stored(string name, ScalarType? wanted) => Changed(name) is { } changed ? new LoadedWeight(changed, false) : Unchanged(name, wanted);

    /// <summary>Makes all changes in float32, or float64 where that is the stored type, and rounds once to the stored type.</summary>
    private static Tensor Apply(IReadOnlyList<TensorChange> changes, Tensor stored)
    {
        using var scope = NewDisposeScope();
        var value = stored.to(stored.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        foreach (var change in changes)
        {
            value = change.Apply(value, stored.dtype);
        }

        value = value.to(stored.dtype).contiguous();
        return TensorBytes.FirstNonFinite(value) is null
            ? value.MoveToOuterDisposeScope()
            : throw new PasException("the adapter makes a weight that is not finite", changes[^1].Source.Place, "finite numbers", remedy: "the adapter is damaged, or its training diverged") { Code = ErrorCodes.NotFinite };
    }

    /// <summary>A weight without the adapter: the embedding for a head that was it, zeros for a bias that is new.</summary>
    private LoadedWeight Unchanged(string name, ScalarType? wanted = null) =>
        !Adds(name) || name == PartedHead ? _plain.Stored(SourceOf(name), wanted) : new LoadedWeight(zeros(ShapeOf(name), ScalarType.Float32), false);

    /// <summary>The plain weight that one of these comes from.</summary>
    private string SourceOf(string name) => Adds(name) && _fit.Parted is { } parted && name == parted.Head ? parted.Embedding : name;
}
