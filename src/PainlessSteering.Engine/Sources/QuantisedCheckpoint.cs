using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// The weights of safetensors files of which some are quantised, by the names that they had before. Each stored tensor is a weight, a part of one,
/// or known not to change any. Weights are widened when they are loaded, one at a time; see <see cref="WidenedTensor"/> for what that takes.
/// </summary>
internal sealed class QuantisedCheckpoint : Checkpoint
{
    private readonly SafeTensorsCheckpoint _stored;
    private readonly QuantisedFormat _format;
    private readonly Dictionary<string, CodedWeight> _coded;
    private readonly HashSet<string> _names;
    private readonly Lazy<string> _fingerprint;

    private QuantisedCheckpoint(SafeTensorsCheckpoint stored, QuantisedFormat format)
        : base(stored.Where, stored.Configuration)
    {
        (_stored, _format) = (stored, format);
        var tensors = stored.Tensors.ToDictionary(entry => entry.Key, entry => new StoredTensor(entry.Value, entry.Value.Tensors[entry.Key]), StringComparer.Ordinal);
        _coded = tensors.Values.Select(tensor => format.Weight(new WeightParts(tensors, tensor))).Where(weight => weight is not null)
            .ToDictionary(weight => weight!.Name, weight => weight!, StringComparer.Ordinal);
        var parts = _coded.Values.SelectMany(weight => weight.Parts).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        var left = tensors.Keys.Where(name => !parts.Contains(name)).ToLookup(format.Reason);
        _names = [.. _coded.Keys, .. left[null]];
        Unused = [.. left.Where(group => group.Key is not null).Select(group => new UnusedPart($"{stored.Where}, {group.Count()} tensors such as '{group.First()}'", group.Key!))];
        _fingerprint = new(() => WeightsFingerprint.Of(stored.Tensors, format.Mark));
    }

    public override IReadOnlyCollection<string> Names => _names;

    public override string Fingerprint => _fingerprint.Value;

    /// <summary>Stored tensors that change no weight, and why.</summary>
    public IReadOnlyList<UnusedPart> Unused { get; }

    /// <summary>The weights of files, in the format that their configuration has.</summary>
    /// <param name="stored">The files; owned by what is returned.</param>
    /// <param name="format">Null for weights that are not quantised.</param>
    /// <exception cref="PasException">A tensor of a quantised weight is missing, or does not fit.</exception>
    public static Checkpoint Of(SafeTensorsCheckpoint stored, QuantisedFormat? format)
    {
        try
        {
            return format is null ? stored : new QuantisedCheckpoint(stored, format);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    public override void Dispose() => _stored.Dispose();

    internal override IEnumerable<OpenedFile> OpenFiles => _stored.OpenFiles;

    internal override long[] ShapeOf(string name) => _coded.TryGetValue(name, out var weight) ? weight.Shape : _stored.ShapeOf(name);

    internal override StoredForm FormOf(string name) => _coded.ContainsKey(name) ? default : _stored.FormOf(name);

    internal override string PlaceOf(string name) => _coded.TryGetValue(name, out var weight) ? weight.Stored.Place : _stored.PlaceOf(name);

    /// <inheritdoc/>
    /// <remarks>A quantised weight is one tensor of its format.</remarks>
    internal override IEnumerable<string> Types => _names.Select(name => _coded.ContainsKey(name) ? _format.Mark : _stored.Tensors[name].Tensors[name].Type.Name);

    internal override LoadedWeight Stored(string name) => Stored(name, null);

    internal override LoadedWeight Stored(string name, ScalarType? wanted)
    {
        if (!_coded.TryGetValue(name, out var weight))
        {
            return _stored.Stored(name, wanted);
        }

        var (tensor, notFinite) = WidenedTensor.Make(weight, wanted == ScalarType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        if (notFinite is { } index)
        {
            tensor.Dispose();
            throw NotFinite(weight.Stored.Place, index);
        }

        return new LoadedWeight(tensor, false);
    }
}
