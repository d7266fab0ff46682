using PainlessSteering.Engine.Adapters;

namespace PainlessSteering.Engine.Sources;

/// <summary>Weights with an adapter added as they are loaded.</summary>
internal sealed class AdaptedCheckpoint : Checkpoint
{
    private readonly Checkpoint _plain;
    private readonly LoraAdapter _adapter;
    private readonly Lazy<string> _fingerprint;

    private AdaptedCheckpoint(Checkpoint plain, LoraAdapter adapter)
        : base(plain.Where, plain.Configuration)
    {
        _plain = plain;
        _adapter = adapter;
        _fingerprint = new(() => adapter.Fingerprint(plain.Fingerprint));
    }

    public override IReadOnlyCollection<string> Names => _plain.Names;

    public override string Fingerprint => _fingerprint.Value;

    /// <summary>How many weights the adapter changes.</summary>
    public int ChangedWeights => _adapter.Modules;

    /// <summary>A source's weights with an adapter; null where there is none.</summary>
    /// <param name="source">Owns the plain weights, and must outlive these.</param>
    /// <param name="adapter">The adapter's folder, in PEFT's layout; or null.</param>
    /// <exception cref="PasException">The adapter is damaged, or none for these weights.</exception>
    public static Checkpoint? Of(IModelSource source, string? adapter) => adapter is null ? null : Open(source, adapter);

    /// <summary>As <see cref="Of"/>, for an adapter that there is.</summary>
    public static AdaptedCheckpoint Open(IModelSource source, string adapter)
    {
        var added = LoraAdapter.Load(adapter);
        try
        {
            var plain = source.Weights;
            added.EnsureFits(plain.Names.ToDictionary(name => name, plain.ShapeOf), plain.Where, () => source.Config.Names.Prefix + source.Config.Names.Head);
            return new AdaptedCheckpoint(plain, added);
        }
        catch
        {
            added.Dispose();
            throw;
        }
    }

    /// <summary>Closes the adapter.</summary>
    public override void Dispose() => _adapter.Dispose();

    /// <summary>A weight with the adapter's change, in the type that it is stored in; null where the adapter leaves it alone.</summary>
    /// <exception cref="PasException">The weight is not of floating point, or it or the sum is not finite.</exception>
    public TorchSharp.torch.Tensor? Changed(string name)
    {
        if (!_adapter.Changes(name))
        {
            return null;
        }

        var stored = _plain.Stored(name);
        try
        {
            return _adapter.Changed(name, stored.Tensor);
        }
        finally
        {
            stored.Drop();
        }
    }

    internal override IEnumerable<string> Types => _plain.Types;

    internal override long[] ShapeOf(string name) => _plain.ShapeOf(name);

    internal override string PlaceOf(string name) => _plain.PlaceOf(name);

    internal override LoadedWeight? StoredBlocks(string name) => _adapter.Changes(name) ? null : _plain.StoredBlocks(name);

    internal override LoadedWeight Stored(string name) => Stored(name, null);

    internal override LoadedWeight Stored(string name, TorchSharp.torch.ScalarType? wanted) => Changed(name) is { } changed ? new LoadedWeight(changed, false) : _plain.Stored(name, wanted);
}
