using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text.PostProcessors;

/// <summary>Reads the key 'post_processor' of a tokenizer.json.</summary>
internal static class PostProcessorReader
{
    /// <summary>The post-processor, or null where nothing is added.</summary>
    public static IPostProcessor? Read(JsonPart part)
    {
        if (!part.Exists)
        {
            return null;
        }

        switch (part.Required("type").Text())
        {
            case "TemplateProcessing":
                return Template(part);
            case "Sequence":
                part.Account(["type", "processors"]);
                return new PostProcessorSequence([.. part.Required("processors").Items().Select(Read).OfType<IPostProcessor>()]);
            case "BertProcessing":
                part.Account(["type", "sep", "cls"]);
                return Around(part);
            case "RobertaProcessing":
                part.Account(["type", "sep", "cls", "trim_offsets", "add_prefix_space"]);
                return Around(part);
            case "ByteLevel":
                part.Account(["type", "trim_offsets", "add_prefix_space"], ("use_regex", "of cutting"));
                return null; // It changes offsets only.
            default:
                throw part.Unsupported("post-processor");
        }
    }

    private static TemplatePostProcessor Around(JsonPart part) => new([[TokenId(part.Required("cls"))], null, [TokenId(part.Required("sep"))]]);

    private static TemplatePostProcessor Template(JsonPart part)
    {
        part.Account(["type", "single", "special_tokens"], ("pair", "of two texts"));
        var special = part["special_tokens"].Exists ? part["special_tokens"].Members().ToDictionary(token => token.Key, token => Ids(token.Part), StringComparer.Ordinal) : [];
        return new TemplatePostProcessor([.. part.Required("single").Items().Select(piece => Piece(piece, part, special))]);
    }

    private static int[]? Piece(JsonPart piece, JsonPart template, Dictionary<string, int[]> special)
    {
        const string TypeId = "type_id", OfPairs = "of models that compare two texts";
        if (piece["SpecialToken"] is { Exists: true } token)
        {
            piece.Account(["SpecialToken"]);
            token.Account(["id"], (TypeId, OfPairs));
            var name = token.Required("id").Text();
            return special.TryGetValue(name, out var ids) ? ids : throw template.Required("special_tokens").Error($"the key '{name}' is missing");
        }

        if (piece["Sequence"] is not { Exists: true } sequence || sequence.Required("id").Text() != "A")
        {
            throw piece.Error("unknown template piece", "SpecialToken, or Sequence with id A", piece.Value.GetRawText());
        }

        piece.Account(["Sequence"]);
        sequence.Account(["id"], (TypeId, OfPairs));
        return null;
    }

    private static int[] Ids(JsonPart special)
    {
        special.Account(["ids"], ("id", "the ids say it"), ("tokens", "the ids say it"));
        return [.. special.Required("ids").Items().Select(id => id.Number(0, Vocabulary.LargestId))];
    }

    /// <summary>The id in a pair of token and id.</summary>
    private static int TokenId(JsonPart pair) => pair.Items().ToArray() is [_, var id] ? id.Number(0, Vocabulary.LargestId) : throw pair.Error("wrong length of list", "a token and its id");
}
