using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine;

/// <summary>What the engine needs to know of a decoder-only language model: what all models have, and the plan of each block. Made by its family.</summary>
public sealed record ModelConfig
{
    /// <param name="blocks">The layers, from below.</param>
    /// <param name="finalNorm">Before the LM head; its name is whole.</param>
    internal ModelConfig(IReadOnlyList<BlockPlan> blocks, NormPlan finalNorm) => (Blocks, FinalNorm) = (blocks, finalNorm);

    /// <summary>The architecture as the file names it, e.g. <c>LlamaForCausalLM</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The architecture of the part that reads text, of a model that also sees; else the same.</summary>
    internal string TextArchitecture { get => field ?? Architecture; init; }

    /// <summary>Width of the residual stream, in elements.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Number of decoder blocks.</summary>
    public int Layers => Blocks.Count;

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The LM head is the embedding, transposed.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Ids that begin and end a sequence, where the folder states them.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Ids that end a generation.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Parameters of the whole model, in elements.</summary>
    public long ParameterCount =>
        Costs.Sum(cost => cost.Parameters) + ((TiedEmbeddings ? 1L : 2L) * VocabularySize * HiddenSize) + FinalNorm.Parameters(HiddenSize) + (EmbeddingNorm?.Parameters(HiddenSize) ?? 0);

    /// <summary>The layers, from below.</summary>
    internal IReadOnlyList<BlockPlan> Blocks { get; init; }

    /// <summary>The norm before the LM head.</summary>
    internal NormPlan FinalNorm { get; init; }

    /// <summary>The keys that it was read from, in the words of its family, with their defaults; null where it was read from none.</summary>
    internal ConfigFile? Keys { get; init; }

    /// <summary>What the checkpoint calls the weights.</summary>
    internal WeightNames Names { get; init; } = new();

    /// <summary>Embeddings are multiplied by this, rounded to the type computed in (Gemma); null for not at all.</summary>
    internal double? EmbeddingFactor { get; init; }

    /// <summary>Of embeddings, before any factor; its name is whole. Null for none.</summary>
    internal NormPlan? EmbeddingNorm { get; init; }

    /// <summary>Logits are multiplied by this (Granite, Cohere), before any cap; null for not at all.</summary>
    internal double? LogitFactor { get; init; }

    /// <summary>Logits l become cap * tanh(l / cap) (Gemma 2); null for no cap.</summary>
    internal double? LogitCap { get; init; }

    /// <summary>What each block takes.</summary>
    internal IEnumerable<Cost> Costs => Blocks.Select(block => block.Cost(HiddenSize));

    /// <summary>Bytes of a sequence's state in all layers.</summary>
    /// <param name="elementSize">Bytes of an element of the type computed in.</param>
    /// <param name="tokens">Tokens of the sequence.</param>
    internal long StateBytes(int elementSize, int tokens) => Costs.Sum(cost => cost.StateBytes(elementSize, tokens));

    /// <summary>What the keys of a <c>config.json</c> say, in the words of their family.</summary>
    /// <exception cref="PasException">A key is missing, of the wrong type, contradicts another, or has a value that no family here supports.</exception>
    internal static ModelConfig Read(ConfigFile file)
    {
        var architecture = file.Texts("architectures") is [var first, ..] ? first : throw file.Missing("architectures");
        var family = ModelFamily.All.FirstOrDefault(family => family.Architectures.Contains(architecture))
            ?? throw file.Unsupported("architectures", architecture, "one of " + string.Join(", ", ModelFamily.All.SelectMany(family => family.Architectures)));
        var keys = family.Keys(file);
        var config = Counted(() => family.Read(keys, architecture), file);
        config = config with { Keys = keys, EndOfSequence = [.. config.EndOfSequence.Union(file.Ints("eos_token_id"))] }; // The keys may be a section's.
        config = file.Has("tie_word_embeddings") ? config with { TiedEmbeddings = file.Flag("tie_word_embeddings") } : config; // Beside the section of the text it counts before it.

        foreach (var block in config.Blocks.Distinct())
        {
            block.Check(file.Where);
        }

        _ = Counted(() => config.ParameterCount, file);
        return config;
    }

    /// <summary>Sizes of which each may be right, and that together are more than any model has, would overflow wherever they are multiplied.</summary>
    private static T Counted<T>(Func<T> count, ConfigFile file)
    {
        try
        {
            return count();
        }
        catch (OverflowException error)
        {
            throw new PasException("the sizes together are of no model", file.Where, "fewer than 9e18 parameters", inner: error) { Code = ErrorCodes.FileDamaged };
        }
    }
}
