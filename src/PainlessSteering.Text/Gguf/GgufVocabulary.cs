namespace PainlessSteering.Text.Gguf;

/// <summary>A vocabulary as the metadata of a GGUF file states it, under the keys <c>tokenizer.ggml.*</c>; see <see cref="Tokenizer.Of"/>.</summary>
public sealed record GgufVocabulary
{
    /// <summary>The name that errors give the file.</summary>
    public required string File { get; init; }

    /// <summary>What kind of vocabulary it is (<c>tokenizer.ggml.model</c>): <c>llama</c> for SentencePiece, <c>gpt2</c> for byte-level BPE.</summary>
    public required string Model { get; init; }

    /// <summary>How byte-level BPE cuts a text into words (<c>tokenizer.ggml.pre</c>); null where the file does not say.</summary>
    public string? PreTokenizer { get; init; }

    /// <summary>The pieces; the place of each is its id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>What SentencePiece ranks merges by, one for each piece; higher is earlier.</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>One for each piece: 1 normal, 2 unknown, 3 control, 4 user defined, 5 unused, 6 byte; all normal if null.</summary>
    public IReadOnlyList<int>? Types { get; init; }

    /// <summary>Merges of byte-level BPE, "left right", in the order of their ranks.</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary>Id that begins a text.</summary>
    public int? BeginId { get; init; }

    /// <summary>Id that ends a text.</summary>
    public int? EndId { get; init; }

    /// <summary>Id of what cannot be written otherwise.</summary>
    public int? UnknownId { get; init; }

    /// <summary>Whether texts begin with <see cref="BeginId"/>; by kind if null.</summary>
    public bool? AddBegin { get; init; }

    /// <summary>Whether texts end with <see cref="EndId"/>; not if null.</summary>
    public bool? AddEnd { get; init; }

    /// <summary>Whether a text begins as if after a space; by kind if null.</summary>
    public bool? AddSpacePrefix { get; init; }
}
