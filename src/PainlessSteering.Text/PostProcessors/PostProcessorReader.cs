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
                return new PostProcessorSequence([.. part.Required("processors").Items().Select(Read).OfType<IPostProcessor>()]);
            case "BertProcessing" or "RobertaProcessing":
                return new TemplatePostProcessor([[TokenId(part.Required("cls"))], null, [TokenId(part.Required("sep"))]]);
            case "ByteLevel":
                return null; // It changes offsets only.
            default:
                throw part.Unsupported("post-processor");
        }
    }

    private static TemplatePostProcessor Template(JsonPart part)
    {
        var parts = new List<int[]?>();
        foreach (var piece in part.Required("single").Items())
        {
            if (piece["SpecialToken"] is { Exists: true } token)
            {
                var special = part.Required("special_tokens").Required(token.Required("id").Text());
                parts.Add([.. special.Required("ids").Items().Select(id => id.Number(0, Vocabulary.LargestId))]);
            }
            else if (piece["Sequence"] is { Exists: true } sequence && sequence.Required("id").Text() == "A")
            {
                parts.Add(null);
            }
            else
            {
                throw piece.Error("unknown template piece", "SpecialToken, or Sequence with id A", piece.Value.GetRawText());
            }
        }

        return new TemplatePostProcessor(parts);
    }

    /// <summary>The id in a pair of token and id.</summary>
    private static int TokenId(JsonPart pair) => pair.Items().ToArray() is [_, var id] ? id.Number(0, Vocabulary.LargestId) : throw pair.Error("wrong length of list", "a token and its id");
}
