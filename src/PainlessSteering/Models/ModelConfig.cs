using PainlessSteering.Models.Families;

namespace PainlessSteering.Models;

/// <summary>What the engine needs to know of a decoder-only language model; made from <c>config.json</c> by its family.</summary>
public sealed record ModelConfig
{
    /// <summary>The architecture as the file names it, e.g. <c>LlamaForCausalLM</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Width of the residual stream, in elements.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the MLP, in elements.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of decoder blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Elements of one head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Epsilon of every RMS norm.</summary>
    public required double NormEpsilon { get; init; }

    /// <summary>Frequencies of the rotary position embedding.</summary>
    public required RopeSettings Rope { get; init; }

    /// <summary>The LM head is the embedding, transposed.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Query, key and value projections have a bias.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>The attention's output projection has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>The MLP's projections have a bias.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Queries and keys are RMS-normed per head before rotation (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Per layer: how many positions a token sees, itself included; null where it sees all.</summary>
    public required IReadOnlyList<int?> Windows { get; init; }

    /// <summary>Ids that begin and end a sequence, where the folder states them.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Ids that end a generation.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Parameters of the whole model, in elements, for estimates of memory and time.</summary>
    public long ParameterCount
    {
        get
        {
            long attention = (long)HiddenSize * HeadSize * ((2 * Heads) + (2 * KeyValueHeads));
            var mlp = 3L * HiddenSize * IntermediateSize;
            return (Layers * (attention + mlp + (2 * HiddenSize))) + ((TiedEmbeddings ? 1L : 2L) * VocabularySize * HiddenSize) + HiddenSize;
        }
    }

    /// <summary>Reads <c>config.json</c> (and the end-of-sequence ids of <c>generation_config.json</c>) of a model folder.</summary>
    /// <exception cref="PasException">A key is missing, of the wrong type, or has a value that no family here supports.</exception>
    public static ModelConfig Load(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        var file = ConfigFile.Open(path);
        var architecture = file.Texts("architectures") is [var first, ..] ? first : throw file.Missing("architectures");
        var family = ModelFamily.All.FirstOrDefault(family => family.Architectures.Contains(architecture))
            ?? throw file.Unsupported("architectures", architecture, "one of " + string.Join(", ", ModelFamily.All.SelectMany(family => family.Architectures)));
        var config = family.Configure(file, FromCommonKeys(file, architecture));
        config.Check(path);
        return config.WithGenerationConfig(folder);
    }

    private static ModelConfig FromCommonKeys(ConfigFile file, string architecture)
    {
        int layers = file.Int("num_hidden_layers"), heads = file.Int("num_attention_heads"), hidden = file.Int("hidden_size");
        if ((file.Text("hidden_act") ?? "silu") is var activation && activation != "silu")
        {
            throw file.Unsupported("hidden_act", activation, "silu");
        }

        return new ModelConfig
        {
            Architecture = architecture,
            HiddenSize = hidden,
            IntermediateSize = file.Int("intermediate_size"),
            Layers = layers,
            Heads = heads,
            KeyValueHeads = file.Int("num_key_value_heads", heads),
            HeadSize = file.Int("head_dim", Math.Max(1, hidden / heads)),
            VocabularySize = file.Int("vocab_size"),
            ContextLength = file.Int("max_position_embeddings"),
            NormEpsilon = file.Number("rms_norm_eps", 1e-6),
            Rope = RopeSettings.Read(file),
            TiedEmbeddings = file.Flag("tie_word_embeddings"),
            Windows = new int?[layers],
            BeginOfSequence = file.Ints("bos_token_id") is [var bos, ..] ? bos : null,
            EndOfSequence = file.Ints("eos_token_id"),
        };
    }

    private ModelConfig WithGenerationConfig(string folder)
    {
        var path = Path.Combine(folder, "generation_config.json");
        var ends = File.Exists(path) ? ConfigFile.Open(path).Ints("eos_token_id") : [];
        return this with { EndOfSequence = [.. EndOfSequence.Union(ends)] };
    }

    private void Check(string path)
    {
        if (Heads % KeyValueHeads != 0)
        {
            throw new PasException("key 'num_key_value_heads' does not divide 'num_attention_heads'", path, found: $"{KeyValueHeads} and {Heads}");
        }

        if (HeadSize % 2 != 0)
        {
            throw new PasException("key 'head_dim' is not even, as rotary positions need", path, found: $"{HeadSize}");
        }
    }
}
