using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources.Mistral;

/// <summary>Weights under Mistral's own names, by those of the family; rows of queries and keys are put in its order.</summary>
/// <param name="stored">The weights under their own names; owned here.</param>
/// <param name="settings">Has the heads.</param>
internal sealed class MistralCheckpoint(Checkpoint stored, MistralParams settings) : Checkpoint(stored.Where, MistralParams.FileName)
{
    private const string Queries = ".attention.wq.weight", Keys = ".attention.wk.weight", Layers = "layers.";

    private static readonly (string Own, string Family)[] Outside = [("tok_embeddings.weight", "model.embed_tokens.weight"), ("norm.weight", "model.norm.weight"), ("output.weight", "lm_head.weight")];

    private static readonly (string Own, string Family)[] Inside =
    [
        (Queries, ".self_attn.q_proj.weight"), (Keys, ".self_attn.k_proj.weight"), (".attention.wv.weight", ".self_attn.v_proj.weight"), (".attention.wo.weight", ".self_attn.o_proj.weight"),
        (".attention_norm.weight", ".input_layernorm.weight"), (".ffn_norm.weight", ".post_attention_layernorm.weight"),
        (".feed_forward.w1.weight", ".mlp.gate_proj.weight"), (".feed_forward.w2.weight", ".mlp.down_proj.weight"), (".feed_forward.w3.weight", ".mlp.up_proj.weight"),
    ];

    private readonly Dictionary<string, string> _own = stored.Names.ToDictionary(Named, StringComparer.Ordinal);

    public override IReadOnlyCollection<string> Names => _own.Keys;

    public override string Fingerprint => stored.Fingerprint;

    /// <summary>Stored tensors that change no weight, and why.</summary>
    public IReadOnlyList<UnusedPart> Unused => stored is QuantisedCheckpoint quantised ? quantised.Unused : [];

    public override void Dispose() => stored.Dispose();

    internal override IEnumerable<OpenedFile> OpenFiles => stored.OpenFiles;

    internal override long[] ShapeOf(string name) => stored.ShapeOf(_own[name]);

    internal override StoredForm FormOf(string name) => stored.FormOf(_own[name]) with { IsFileView = stored.FormOf(_own[name]).IsFileView && HeadsOf(_own[name]) == 0 };

    internal override string PlaceOf(string name) => stored.PlaceOf(_own[name]);

    internal override IEnumerable<string> Types => stored.Types;

    internal override LoadedWeight Stored(string name) => Stored(name, null);

    internal override LoadedWeight Stored(string name, ScalarType? wanted)
    {
        var own = _own[name];
        var weight = stored.Stored(own, wanted);
        var heads = HeadsOf(own);
        return heads == 0 ? weight : Apart(weight, heads, PlaceOf(name));
    }

    /// <summary>Heads whose rows change places; 0 for a weight that is taken as it is.</summary>
    private int HeadsOf(string own) => own.EndsWith(Queries, StringComparison.Ordinal) ? settings.Heads : own.EndsWith(Keys, StringComparison.Ordinal) ? settings.KeyValueHeads : 0;

    private static LoadedWeight Apart(LoadedWeight weight, int heads, string place)
    {
        if (weight.Tensor.size(0) % (2 * heads) is not 0)
        {
            weight.Tensor.Dispose();
            throw new PasException("the tensor's rows are no whole heads", place, FormattableString.Invariant($"a multiple of {2 * heads}")) { Code = ErrorCodes.FileDamaged };
        }

        using var scope = NewDisposeScope();
        var apart = GgufChange.PairsApart(heads).Apply(weight.Tensor).contiguous().MoveToOuterDisposeScope();
        weight.Drop();
        return new LoadedWeight(apart, false);
    }

    /// <summary>The family's name of a tensor; its own where it is none that the family has, so that it is refused by it.</summary>
    private static string Named(string own)
    {
        if (Outside.FirstOrDefault(name => name.Own == own).Family is { } whole)
        {
            return whole;
        }

        var end = own.IndexOf('.', Math.Min(Layers.Length, own.Length));
        return own.StartsWith(Layers, StringComparison.Ordinal) && end > 0 && Inside.FirstOrDefault(name => name.Own == own[end..]).Family is { } part ? $"model.{own[..end]}{part}" : own;
    }
}
