using PainlessSteering.Text.PreTokenizers;

namespace PainlessSteering.Text.Decoders;

/// <summary>Reads the key 'decoder' of a tokenizer.json.</summary>
internal static class DecoderReader
{
    /// <summary>The decoder, or null where there is none.</summary>
    public static IDecoder? Read(JsonPart part) => !part.Exists ? null : part.Required("type").Text() switch
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
