using PainlessSteering.Engine.Families;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>
/// What the weights say of a model besides its configuration: under which of a family's names they are kept, and whether the head is the embedding. Of
/// the latter two places say the same thing, so that they are compared: where the weights hold a head that is another one, that is the head, as in
/// transformers.
/// </summary>
internal static class StoredConfig
{
    /// <summary>The head's name in the checkpoint.</summary>
    public static string NameOf(ModelConfig config) => $"{config.Names.Prefix}{config.Names.Head}.weight";

    /// <summary>The embedding's.</summary>
    public static string EmbeddingOf(ModelConfig config) => $"{config.Names.Prefix}{config.Names.Embedding}.weight";

    /// <summary>The configuration by the names under which the weights are kept; only names are read.</summary>
    public static ModelConfig Named(ModelConfig config, Checkpoint weights) =>
        ModelFamily.Of(config.Architecture).OtherNames.Select(change => change(config)).Prepend(config).FirstOrDefault(named => weights.Has(EmbeddingOf(named))) ?? config;

    /// <summary>The configuration that the weights bear out.</summary>
    public static ModelConfig Apply(ModelConfig config, Checkpoint weights)
    {
        config = Named(config, weights);
        string head = NameOf(config), embedding = EmbeddingOf(config);
        return config.TiedEmbeddings && weights.Has(head) && weights.Has(embedding) && !AreEqual(weights, head, embedding) ? config with { TiedEmbeddings = false } : config;
    }

    private static bool AreEqual(Checkpoint weights, string head, string embedding)
    {
        if (!weights.ShapeOf(head).SequenceEqual(weights.ShapeOf(embedding)))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        var (one, other) = (weights.Stored(head), weights.Stored(embedding));
        var same = one.Tensor.dtype == other.Tensor.dtype && one.Tensor.eq(other.Tensor).all().item<bool>();
        one.Drop();
        other.Drop();
        return same;
    }
}
