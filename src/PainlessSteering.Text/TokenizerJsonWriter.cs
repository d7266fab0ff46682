using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Text.PostProcessors;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>Writes a tokenizer as a Hugging Face tokenizer.json, which <see cref="TokenizerJson"/> reads back as the same; the same tokenizer gives the same bytes.</summary>
internal static class TokenizerJsonWriter
{
    /// <exception cref="PasException">The vocabulary, or a step, has no place in such a file.</exception>
    public static void Write(TokenizerStages stages, Stream stream)
    {
        var model = stages.Model as BpeModel ?? throw NotWritten(stages, "vocabularies of this kind are not written", "byte-pair encoding");
        var normalizer = stages.Normalizer is null ? null : stages.Normalizer.ToJson() ?? throw NotWritten(stages, "what is done to a text before it is cut has no name in a tokenizer.json");
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAdded(json, stages.Added);
        Write(json, "normalizer", normalizer);
        Write(json, "pre_tokenizer", stages.PreTokenizer?.ToJson());
        Write(json, "post_processor", PostProcessor(stages));
        Write(json, "decoder", stages.Decoder?.ToJson());
        WriteModel(json, model);
        json.WriteEndObject();
    }

    private static void WriteAdded(Utf8JsonWriter json, AddedVocabulary added)
    {
        json.WriteStartArray("added_tokens");
        foreach (var token in added.Tokens.OrderBy(token => added.IdOf(token.Content)))
        {
            json.WriteStartObject();
            json.WriteNumber("id", added.IdOf(token.Content)!.Value);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.StripLeft);
            json.WriteBoolean("rstrip", token.StripRight);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteModel(Utf8JsonWriter json, BpeModel model)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteString("unk_token", model.Options.UnknownToken);
        json.WriteString("continuing_subword_prefix", model.Options.ContinuingPrefix);
        json.WriteString("end_of_word_suffix", model.Options.EndOfWordSuffix);
        json.WriteBoolean("fuse_unk", model.Options.FuseUnknown);
        json.WriteBoolean("byte_fallback", model.Options.ByteFallback);
        json.WriteBoolean("ignore_merges", model.Options.IgnoreMerges);
        json.WriteStartObject("vocab");
        for (var id = 0; id < model.Vocabulary.Size; id++)
        {
            if (model.Vocabulary.Piece(id) is { } piece && model.Vocabulary.IdOf(piece) == id)
            {
                json.WriteNumber(piece, id);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var (left, right, _) in model.MergesInOrder())
        {
            json.WriteStartArray();
            json.WriteStringValue(left);
            json.WriteStringValue(right);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static JsonObject? PostProcessor(TokenizerStages stages)
    {
        JsonObject[] steps =
        [
            .. stages.Trim is { } trim ? new[] { new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = trim.AddPrefixSpace, ["trim_offsets"] = true, ["use_regex"] = true } } : [],
            .. TemplatePostProcessor.Flat(stages.PostProcessor).Select(template => Template(template, stages)),
        ];
        return steps switch
        {
            [] => null,
            [var only] => only,
            _ => new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray([.. steps]) },
        };
    }

    private static JsonObject Template(TemplatePostProcessor template, TokenizerStages stages)
    {
        string Piece(int id) => stages.Added.Content(id) ?? stages.Model.Vocabulary.Piece(id) ?? throw NotWritten(stages, "a token around the text has an id without a piece");
        JsonNode[] Parts(string sequence, int type) => [.. template.Parts.SelectMany(part => part is null
            ? new[] { new JsonObject { ["Sequence"] = new JsonObject { ["id"] = sequence, ["type_id"] = type } } }
            : part.Select(id => new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = Piece(id), ["type_id"] = type } }))];
        var special = template.Parts.OfType<int[]>().SelectMany(ids => ids).Distinct().ToArray();
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Parts("A", 0)),
            ["pair"] = new JsonArray([.. Parts("A", 0), .. Parts("B", 1)]),
            ["special_tokens"] = new JsonObject(special.Select(id => KeyValuePair.Create(Piece(id), (JsonNode?)new JsonObject
            {
                ["id"] = Piece(id),
                ["ids"] = new JsonArray(id),
                ["tokens"] = new JsonArray(Piece(id)),
            }))),
        };
    }

    private static void Write(Utf8JsonWriter json, string key, JsonObject? value)
    {
        json.WritePropertyName(key);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }

    private static PasException NotWritten(TokenizerStages stages, string what, string? expected = null) =>
        new(what, stages.File, expected, remedy: "use the model as it is") { Code = ErrorCodes.NotSupported };
}
