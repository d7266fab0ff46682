using PainlessSteering.Text.Decoders;
using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.Offsets;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.PreTokenizers;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>All that a tokenizer is made of, in the order in which a text passes through.</summary>
internal sealed record TokenizerStages(
    AddedVocabulary Added,
    INormalizer? Normalizer,
    IPreTokenizer? PreTokenizer,
    IVocabularyModel Model,
    IPostProcessor? PostProcessor,
    IDecoder? Decoder,
    OffsetTrim? Trim = null)
{
    /// <summary>The file, for errors.</summary>
    public string File { get; init; } = "the tokenizer";

    /// <summary>Keys of the file that are not used, and why.</summary>
    public IReadOnlyList<UnusedKey> Unused { get; init; } = [];
}
