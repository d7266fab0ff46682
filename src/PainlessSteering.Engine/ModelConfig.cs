
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine;

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

    /// <summary>Queries and keys are RMS-normed per head before rotation (Qwen3, Gemma 3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Function of the MLP's gate.</summary>
    public Activation Activation { get; init; }

    /// <summary>Norms multiply by 1 + weight (Gemma).</summary>
    public bool NormsAddOne { get; init; }

    /// <summary>The outputs of attention and MLP are normed before they join the residual stream (Gemma 2 and 3).</summary>
    public bool OutputNorms { get; init; }

    /// <summary>Embeddings are multiplied by the square root of the hidden size (Gemma).</summary>
    public bool ScaledEmbeddings { get; init; }

    /// <summary>Scores are divided by the square root of this; null for the head size (Gemma).</summary>
    public double? QueryScalar { get; init; }

    /// <summary>Scores s become cap * tanh(s / cap); null for no cap (Gemma 2).</summary>
    public double? ScoreCap { get; init; }

    /// <summary>The same for the logits.</summary>
    public double? LogitCap { get; init; }

    /// <summary>Rotary positions of the layers with a window, where they differ (Gemma 3).</summary>
    public RopeSettings? WindowRope { get; init; }

    /// <summary>Elements of a head that are rotated, from the first; null for all (Phi-4-mini).</summary>
    public int? RotarySize { get; init; }

    /// <summary>The checkpoint keeps query, key and value in one weight, and gate and up in another (Phi-3).</summary>
    public bool FusedProjections { get; init; }

    /// <summary>What stands before every weight's name, where the language model is part of a larger one.</summary>
    public string WeightPrefix { get; init; } = "";

    /// <summary>Per layer: how many positions a token sees, itself included; null where it sees all.</summary>
    public required IReadOnlyList<int?> Windows { get; init; }

    /// <summary>Ids that begin and end a sequence, where the folder states them.</summary>
    public int? BeginOfSequence { get; init; }

    /// <summary>Ids that end a generation.</summary>
    public IReadOnlyList<int> EndOfSequence { get; init; } = [];

    /// <summary>Parameters of the whole model, in elements.</summary>
    public long ParameterCount
    {
        get
        {
            long queryKeyValue = (long)HeadSize * (Heads + (2 * KeyValueHeads)), hidden = HiddenSize;
            var attention = (hidden * queryKeyValue) + (hidden * HeadSize * Heads) + (QueryKeyValueBias ? queryKeyValue : 0) + (OutputBias ? hidden : 0);
            var mlp = (3 * hidden * IntermediateSize) + (MlpBias ? hidden + (2L * IntermediateSize) : 0);
            var norms = ((OutputNorms ? 4 : 2) * hidden) + (QueryKeyNorm ? 2 * HeadSize : 0);
            return (Layers * (attention + mlp + norms)) + ((TiedEmbeddings ? 1L : 2L) * VocabularySize * hidden) + hidden;
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
        var keys = family.Keys(file);
        var config = family.Configure(keys, FromCommonKeys(keys, architecture));
        config = config with { EndOfSequence = [.. config.EndOfSequence.Union(file.Ints("eos_token_id"))] }; // The keys may be a section's.
        config.Check(path);
        return config.WithGenerationConfig(folder);
    }

    private static ModelConfig FromCommonKeys(ConfigFile file, string architecture)
    {
        int layers = file.Int("num_hidden_layers"), heads = file.Int("num_attention_heads"), hidden = file.Int("hidden_size");
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
            Activation = ReadActivation(file),
            Windows = new int?[layers],
            BeginOfSequence = file.Ints("bos_token_id") is [var bos, ..] ? bos : null,
            EndOfSequence = file.Ints("eos_token_id"),
        };
    }

    private static Activation ReadActivation(ConfigFile file)
    {
        var key = file.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        return file.Text(key) switch
        {
            null or "silu" => Activation.Silu,
            "gelu_pytorch_tanh" => Activation.GeluTanh,
            var other => throw file.Unsupported(key, other, "silu or gelu_pytorch_tanh"),
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

        if ((RotarySize ?? HeadSize) % 2 != 0)
        {
            throw new PasException("key 'head_dim' is not even, as rotary positions need", path, found: $"{RotarySize ?? HeadSize}");
        }
    }
}
