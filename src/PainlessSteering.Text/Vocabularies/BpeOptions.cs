namespace PainlessSteering.Text.Vocabularies;

/// <summary>What a byte-pair encoding does beside merging; names and defaults as in tokenizer.json.</summary>
internal sealed record BpeOptions
{
    public string? UnknownToken { get; init; }

    /// <summary>File and key that name it, for the error that it is not in the vocabulary.</summary>
    public required string UnknownTokenPlace { get; init; }

    /// <summary>A run of unknown characters is one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>An unknown character becomes its UTF-8 bytes, as pieces &lt;0x00&gt; to &lt;0xFF&gt;.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A word that is itself a piece is taken whole.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Stands before every character of a word but the first.</summary>
    public string? ContinuingPrefix { get; init; }

    /// <summary>Stands behind the last character of a word.</summary>
    public string? EndOfWordSuffix { get; init; }
}
