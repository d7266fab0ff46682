using PainlessSteering.Text.PreTokenizers;

namespace PainlessSteering.Text.Gguf;

/// <summary>
/// How byte-level BPE cuts a text, by the name that a GGUF file gives it. Each stands for the key <c>pre_tokenizer</c> of
/// published tokenizer.json files, so that the ids are those of the model's own tokenizer.
/// </summary>
/// <param name="Names">Names that mean this.</param>
/// <param name="Make">Makes it.</param>
/// <param name="IgnoreMerges">Whether a word that is itself a piece is taken whole.</param>
/// <param name="AddBegin">Whether texts begin with the token for it, where the file does not say.</param>
internal sealed record GgufPreTokenizer(string[] Names, Func<IPreTokenizer> Make, bool IgnoreMerges = false, bool AddBegin = false)
{
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Qwen35 = $@"{Contraction}|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Gpt4o = $@"{Upper}*{Lower}+{Contraction}?|{Upper}+{Lower}*{Contraction}?|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Upper = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string Tekken = $@"{Upper}*{Lower}+|{Upper}+{Lower}*|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Every one. A new one is one entry here.</summary>
    public static IReadOnlyList<GgufPreTokenizer> All { get; } =
    [
        new(["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"], () => Split(Llama3), IgnoreMerges: true, AddBegin: true),
        new(["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], () => Split(Llama3)),
        new(["qwen2", "stablelm2", "hunyuan", "solar-open", "megrez", "deepseek-r1-qwen", "kormo", "grok-2", "f2llmv2"], () => Split(Qwen2)),
        new(["qwen35"], () => Split(Qwen35)),
        new(["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"], () => Split(Gpt4o)),
        new(["tekken"], () => Split(Tekken), IgnoreMerges: true, AddBegin: true),
        new(["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "gigachat", "a.x-4.0", "mellum"], () => Words),
        new(["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2"], () => Sequence(CharacterSplit.Digits(individually: true), Words)),
        new(["falcon"], () => Sequence(
            CharacterSplit.Punctuation(SplitBehavior.Contiguous),
            Words,
            CharacterSplit.Digits(individually: false),
            Cut("[0-9][0-9][0-9]"))),
        new(["deepseek-coder"], () => Sequence(
            Cut(@"[\r\n]"), Cut(@"\s?\p{L}+"), Cut(@"\s?\p{P}+"), Cut("[一-龥ࠀ-一가-퟿]+"), CharacterSplit.Digits(individually: true), Bytes)),
    ];

    /// <summary>The one of a file.</summary>
    /// <exception cref="PasException">The file names none, or one that is not known.</exception>
    public static GgufPreTokenizer Find(GgufVocabulary vocabulary) => All.FirstOrDefault(entry => entry.Names.Contains(vocabulary.PreTokenizer)) ?? throw new PasException(
        vocabulary.PreTokenizer is null ? "the file does not say how its tokenizer cuts words" : "the tokenizer cuts words in a way that is not supported",
        $"{vocabulary.File}, key 'tokenizer.ggml.pre'",
        "one of " + string.Join(", ", All.SelectMany(entry => entry.Names)),
        vocabulary.PreTokenizer is null ? null : $"'{vocabulary.PreTokenizer}'",
        "use the model's safetensors with its tokenizer.json, or a GGUF file that a recent converter made")
    { Code = ErrorCodes.NotSupported };

    private static ByteLevelPreTokenizer Words => new(addPrefixSpace: false, useRegex: true);

    private static ByteLevelPreTokenizer Bytes => new(addPrefixSpace: false, useRegex: false);

    private static PreTokenizerSequence Split(string pattern) => Sequence(Cut(pattern), Bytes);

    private static PreTokenizerSequence Sequence(params IPreTokenizer[] parts) => new(parts);

    private static SplitPreTokenizer Cut(string pattern) => new(TextPattern.Regex(pattern), SplitBehavior.Isolated, invert: false);
}
