using PainlessSteering.Text.PreTokenizers;

namespace PainlessSteering.Text.Decoders;

/// <summary>Reads the key 'decoder' of a tokenizer.json.</summary>
internal static class DecoderReader
{
    private const string OfEncoding = "of encoding";

    /// <summary>The keys of each kind that has others than its type.</summary>
    private static readonly Dictionary<string, string[]> Keys = new(StringComparer.Ordinal)
    {
        ["Sequence"] = ["type", "decoders"],
        ["Strip"] = ["type", "content", "start", "stop"],
        ["Replace"] = ["type", "pattern", "content"],
        ["Metaspace"] = ["type", "replacement", "prepend_scheme", "add_prefix_space"],
        ["WordPiece"] = ["type", "prefix", "cleanup"],
        ["BPEDecoder"] = ["type", "suffix"],
    };

    /// <summary>The decoder, or null where there is none.</summary>
    public static IDecoder? Read(JsonPart part)
    {
        if (!part.Exists)
        {
            return null;
        }

        var type = part.Required("type").Text();
        var decoder = Make(part, type);
        part.Account(Keys.GetValueOrDefault(type) ?? ["type"], type switch
        {
            "ByteLevel" => [("add_prefix_space", OfEncoding), ("trim_offsets", OfEncoding), ("use_regex", OfEncoding)],
            "Metaspace" => [("split", OfEncoding), ("str_rep", "the replacement says it")],
            _ => [],
        });
        return decoder;
    }

    private static IDecoder Make(JsonPart part, string type) => type switch
    {
        "Sequence" => new DecoderSequence([.. part.Required("decoders").Items().Select(item => Read(item) ?? throw item.Error("a decoder is missing"))]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Strip" => new StripDecoder(part.Required("content").Character(), part["start"].Number(0, int.MaxValue), part["stop"].Number(0, int.MaxValue)),
        "Replace" => new ReplaceDecoder(TextPattern.Read(part.Required("pattern")), part.Required("content").Text()),
        "Metaspace" => new MetaspaceDecoder(part.Required("replacement").Character(), MetaspacePreTokenizer.ReadScheme(part) != PrependScheme.Never),
        "WordPiece" => new WordPieceDecoder(part["prefix"].OptionalText() ?? "##", part["cleanup"].Flag(true)),
        "BPEDecoder" => new BpeSuffixDecoder(part["suffix"].OptionalText() ?? "</w>"),
        _ => throw part.Unsupported("decoder"),
    };
}
