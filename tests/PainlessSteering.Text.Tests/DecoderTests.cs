using PainlessSteering.Text;
using PainlessSteering.Text.Decoders;

namespace PainlessSteering.Tests.Text;

public sealed class DecoderTests
{
    /// <summary>A token that is a part of a character has bytes and no text.</summary>
    [Theory]
    [InlineData("""{"type":"ByteFallback"}""", "<0xF0>", new byte[] { 0xF0 })]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""", "<0x9F>", new byte[] { 0x9F })]
    [InlineData("""{"type":"ByteFallback"}""", "▁a", null)]
    [InlineData("""{"type":"ByteLevel"}""", "ĠðŁ", new byte[] { 0x20, 0xF0, 0x9F })]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"ByteLevel"}]}""", "ĺ", new byte[] { 0x98 })]
    [InlineData("""{"type":"ByteLevel"}""", "猫", new byte[] { 0xE7, 0x8C, 0xAB })]
    [InlineData("""{"type":"WordPiece"}""", "a", null)]
    public void APieceHasItsBytes(string decoder, string piece, byte[]? bytes)
    {
        var model = $$"""{"type":"BPE","vocab":{"a":0,"{{piece}}":1},"merges":[]}""".Replace("\"a\":0,\"a\":1", "\"b\":0,\"a\":1", StringComparison.Ordinal);
        Assert.Equal(bytes, Tokenizer.Parse($$"""{"added_tokens":[],"decoder":{{decoder}},"model":{{model}}}""").Bytes(1));
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", new[] { "Hello", "Ġworld", "ĠÃ", "©", "Ã", "漢" }, "Hello world é\uFFFD漢")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", new[] { "▁Hey", "▁you▁x" }, "Hey you x")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", new[] { "▁Hey", "▁you" }, " Hey you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","add_prefix_space":true}""", new[] { "▁Hey", "▁you" }, "Hey you")]
    [InlineData("""{"type":"ByteFallback"}""", new[] { "a", "<0xE4>", "<0xB8>", "<0xAD>", "b", "<0xE4>", "<0xB8>", "<0x41", "<0x41>" }, "a中b\uFFFD\uFFFD<0x41A")]
    [InlineData("""{"type":"Fuse"}""", new[] { "a", "b" }, "ab")]
    [InlineData("""{"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""", new[] { " ", " a" }, " a")]
    [InlineData("""{"type":"Strip","content":"H","start":2,"stop":1}""", new[] { "HHHey", "yHH" }, "HeyyH")]
    [InlineData("""{"type":"Replace","pattern":{"String":"▁"},"content":" "}""", new[] { "▁a▁", "b" }, " a b")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":true}""", new[] { "do", "##n", "'", "t", "do", "not", "stop", "." }, "don ' t do not stop.")]
    [InlineData("""{"type":"WordPiece","prefix":"##","cleanup":false}""", new[] { "a", "##b", "c" }, "ab c")]
    [InlineData("""{"type":"BPEDecoder","suffix":"</w>"}""", new[] { "a", "b</w>", "c</w>" }, "ab c")]
    public void TextIsThatOfHuggingFace(string decoder, string[] pieces, string text) =>
        Assert.Equal(text, string.Concat(DecoderReader.Read(TinyTokenizers.Part(decoder))!.Decode(pieces)));

    [Fact]
    public void WithoutADecoderPiecesStandApart() => Assert.Equal("he ll o", TinyTokenizers.Make().Decode([6, 7, 4]));

    [Fact]
    public void SpecialTokensAndStrangersAreLeftOut()
    {
        var tokenizer = TinyTokenizers.Make(decoder: """{"type":"Fuse"}""", added: """[{"id":13,"content":"<s>","special":true},{"id":14,"content":"<b>","special":false}]""");
        Assert.Equal("hello<b>", tokenizer.Decode([13, 9, 14, 999, -1]));
        Assert.Equal("<s>hello<b>", tokenizer.Decode([13, 9, 14, 999, -1], skipSpecialTokens: false));
    }
}
