
namespace PainlessSteering.Tests.Text;

public sealed class OtherVocabularyTests
{
    [Fact]
    public void AWordLevelVocabularyKnowsWholeWords()
    {
        var tokenizer = TinyTokenizers.Make(
            """{"type":"WordLevel","vocab":{"<unk>":0,"the":1,"end":2,"A":3},"unk_token":"<unk>"}""",
            preTokenizer: """{"type":"WhitespaceSplit"}""");
        Assert.Equal([1, 0, 2], tokenizer.Encode("the bitter end"));
        Assert.Equal("the <unk> end", tokenizer.Decode([1, 0, 2]));
        Assert.Equal(3, tokenizer.IdOf("A"));
        Assert.Equal(4, tokenizer.VocabularySize);
        Assert.Equal("end", tokenizer.Piece(2));
        Assert.Null(tokenizer.IdOf("End"));
    }

    [Fact]
    public void AMissingLetterOrPieceIsAnError()
    {
        var tokenizer = TinyTokenizers.Make();
        Assert.Null(tokenizer.IdOf("A"));
        Assert.Contains("99", Assert.Throws<PasException>(() => tokenizer.Piece(99)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WordPieceTakesTheLongestPieceOrNothing()
    {
        const string Model = """{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":6,"vocab":{"[UNK]":0,"un":1,"##aff":2,"##able":3,"##a":4}}""";
        var tokenizer = TinyTokenizers.Make(Model, preTokenizer: """{"type":"BertPreTokenizer"}""");
        Assert.Equal([1, 0, 1, 2, 1, 3], tokenizer.Encode("un unx unaff unable"));
        Assert.Equal([0], tokenizer.Encode("unaffable"));
    }

    /// <summary>Byte-level letters stand for themselves, so the bare letter is found and the one after a space is not taken for it.</summary>
    [Fact]
    public void TheLetterIsTheBareOne()
    {
        var tokenizer = TinyTokenizers.Make("""{"type":"BPE","vocab":{"Ġ":0,"ĠA":1,"A":2},"merges":["Ġ A"]}""", preTokenizer: """{"type":"ByteLevel","add_prefix_space":true}""");
        Assert.Equal(2, tokenizer.IdOf("A"));
        Assert.Equal([1], tokenizer.Encode("A"));
    }
}
