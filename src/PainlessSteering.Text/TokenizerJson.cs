using PainlessSteering.Text.Decoders;
using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.Offsets;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.PreTokenizers;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>Reads a Hugging Face tokenizer.json.</summary>
internal static class TokenizerJson
{
    /// <param name="json">The file's text, UTF-8.</param>
    /// <param name="file">Its name, for errors.</param>
    public static TokenizerStages Read(Stream json, string file)
    {
        using var budget = new TextBudget(0);
        try
        {
            return JsonFile.Read(json, file, Read) with { File = file };
        }
        catch (TextLimitException error)
        {
            throw error.Of(file);
        }
    }

    private static TokenizerStages Read(JsonPart root)
    {
        root.EnsureOnly("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"); // Cutting and padding are the caller's.
        var model = ReadModel(root.Required("model"));
        var normalizer = NormalizerReader.Read(root["normalizer"]);
        var added = root["added_tokens"].Exists ? root["added_tokens"].Items().Select(AddedToken.Read).ToArray() : [];
        return new TokenizerStages(
            new AddedVocabulary(added, model.Vocabulary, normalizer),
            normalizer,
            PreTokenizerReader.Read(root["pre_tokenizer"]),
            model,
            PostProcessorReader.Read(root["post_processor"]),
            DecoderReader.Read(root["decoder"]),
            OffsetTrim.Read(root["post_processor"]));
    }

    private static IVocabularyModel ReadModel(JsonPart model) => model["type"].OptionalText() switch
    {
        "BPE" => BpeReader.Read(model),
        "WordLevel" => WordLevelModel.Read(model),
        "WordPiece" => WordPieceModel.Read(model),
        null when model["merges"].Exists => BpeReader.Read(model), // Old files do not name the type.
        _ => throw model.Unsupported("model"),
    };
}
