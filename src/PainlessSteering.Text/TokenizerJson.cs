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
    private const string Version = "1.0";

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
        root.Account(["version", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"], ("truncation", "prompts are not cut"), ("padding", "prompts are not padded"));
        if (root["version"].OptionalText() is not (null or Version) and var version)
        {
            throw new PasException("the version of the file is not supported", root["version"].Place, Version, $"'{version}'") { Code = ErrorCodes.NotSupported };
        }

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
            OffsetTrim.Read(root["post_processor"]))
        {
            Unused = root.Source.Unused,
        };
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
