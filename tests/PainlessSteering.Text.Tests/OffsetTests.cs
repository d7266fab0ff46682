using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>Offsets by the rules of Hugging Face's tokenizers, worked out by hand.</summary>
public sealed class OffsetTests
{
    private const string Bytes = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""";
    private const string Marks = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always"}""";

    [Fact]
    public void ASpaceBelongsToTheWordBehindIt() =>
        Check(TinyTokenizers.Make(preTokenizer: Marks), "hello hello", ("▁hello", 0, 5), ("▁hello", 5, 11));

    [Fact]
    public void APrependedMarkStandsForTheFirstCharacter() =>
        Check(TinyTokenizers.Make(preTokenizer: Marks), "lo", ("▁", 0, 1), ("l", 0, 1), ("o", 1, 2));

    [Fact]
    public void APrependingNormalizerDoesTheSame() => Check(
        TinyTokenizers.Make(normalizer: """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}"""),
        "hello o", ("▁hello", 0, 5), ("▁", 5, 6), ("o", 6, 7));

    [Fact]
    public void BytesOfACharacterShareIt() => Check(
        TinyTokenizers.Make(TinyTokenizers.Hello.Replace("\"unk_token\"", "\"byte_fallback\":true,\"unk_token\"", StringComparison.Ordinal)),
        "oél", ("o", 0, 1), ("<0xC3>", 1, 2), ("<0xA9>", 1, 2), ("l", 2, 3));

    [Fact]
    public void ByteLevelPiecesOfACharacterShareIt() => Check(
        TinyTokenizers.Make("""{"type":"BPE","vocab":{"a":0,"ð":1,"Ł":2,"ĺ":3,"Ģ":4,"ðŁ":5},"merges":["ð Ł"]}""", preTokenizer: Bytes),
        "a😀a", ("a", 0, 1), ("ðŁ", 1, 3), ("ĺ", 1, 3), ("Ģ", 1, 3), ("a", 3, 4));

    [Theory]
    [InlineData("false", 0, 2, 5, 7)]
    [InlineData("true", 1, 2, 6, 7)]
    public void TheByteLevelPostProcessorTakesSpacesOut(string trim, int start, int end, int nextStart, int nextEnd) => Check(
        TinyTokenizers.Make("""{"type":"BPE","vocab":{"a":0,"Ġ":1,"Ġa":2},"merges":["Ġ a"]}""", preTokenizer: Bytes, postProcessor: $$"""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":{{trim}}}"""),
        " a   a", ("Ġa", start, end), ("Ġ", trim == "true" ? 3 : 2, 3), ("Ġ", trim == "true" ? 4 : 3, 4), ("Ġa", nextStart - 1, nextEnd - 1));

    [Fact]
    public void UnknownCharactersAreOneTokenEachOrFused()
    {
        Check(TinyTokenizers.Make(), "oxyo", ("o", 0, 1), ("<unk>", 1, 2), ("<unk>", 2, 3), ("o", 3, 4));
        Check(
            TinyTokenizers.Make(TinyTokenizers.Hello.Replace("\"unk_token\"", "\"fuse_unk\":true,\"unk_token\"", StringComparison.Ordinal)),
            "oxyo", ("o", 0, 1), ("<unk>", 1, 3), ("o", 3, 4));
    }

    [Fact]
    public void WordPiecesFollowEachOther() => Check(
        TinyTokenizers.Make("""{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"un":1,"##want":2,"##ed":3}}""", """{"type":"BertNormalizer"}""", """{"type":"BertPreTokenizer"}"""),
        "Ünwanted  xx", ("un", 0, 2), ("##want", 2, 6), ("##ed", 6, 8), ("[UNK]", 10, 12));

    [Fact]
    public void WhatIsComposedStandsForItsFirstCharacterAndWhatIsTakenApartForAll()
    {
        const string Vocabulary = """{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"é":1,"e":2,"x":3}}""";
        const string Each = """{"type":"Split","pattern":{"Regex":"."},"behavior":"Isolated","invert":false}""";
        Check(TinyTokenizers.Make(Vocabulary, """{"type":"NFC"}""", Each), "xe\u0301x", ("x", 0, 1), ("é", 1, 2), ("x", 3, 4));
        Check(TinyTokenizers.Make(Vocabulary, """{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]}""", Each), "xéx", ("x", 0, 1), ("e", 1, 2), ("x", 2, 3));
        Check(TinyTokenizers.Make(Vocabulary, """{"type":"NFKD"}""", Each), "éx", ("e", 0, 1), ("?", 0, 1), ("x", 1, 2));
    }

    [Fact]
    public void AddedTokensHaveWhatTheyTakeAndThoseAroundTheTextNothing()
    {
        var tokenizer = TinyTokenizers.Make(
            added: """[{"content":"<t>","special":true,"lstrip":true,"normalized":false}]""",
            postProcessor: """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"h","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"h":{"id":"h","ids":[1],"tokens":["h"]}}}""");
        var tokens = tokenizer.EncodeToTokens("o <t>o");
        Assert.Equal([new EncodedToken(1, "h", 0..0, true), new(4, "o", 0..1, false), new(13, "<t>", 1..5, false), new(4, "o", 5..6, false)], tokens);
        Assert.Equal([13], tokenizer.SpecialIds);
        Assert.DoesNotContain(tokenizer.EncodeToTokens("o<t>o", specialTokensInText: false), token => token.Id == 13);
        Assert.Equal(tokenizer.Encode("o<t>o", specialTokensInText: false), tokenizer.EncodeToTokens("o<t>o", specialTokensInText: false).Select(token => token.Id));
    }

    private static void Check(Tokenizer tokenizer, string text, params (string Piece, int Start, int End)[] expected)
    {
        var tokens = tokenizer.EncodeToTokens(text);
        Assert.Equal(expected, tokens.Select(token => (token.Piece, token.Offset.Start.Value, token.Offset.End.Value)));
        Assert.Equal(tokenizer.Encode(text), tokens.Select(token => token.Id));
    }
}
