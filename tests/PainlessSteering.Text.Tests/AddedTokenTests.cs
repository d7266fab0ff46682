namespace PainlessSteering.Tests.Text;

public sealed class AddedTokenTests
{
    /// <summary>Vocabulary of single letters, '_' for a space; the added token gets the next id, 5.</summary>
    private const string Letters = """{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"a":1,"b":2,"_":3,"t":4}}""";

    private static int[] Encode(string text, string added, string normalizer = "null") => TinyTokenizers.Make(
        Letters,
        """{"type":"Sequence","normalizers":[NORMALIZER{"type":"Replace","pattern":{"Regex":"\\s"},"content":"_"}]}""".Replace("NORMALIZER", normalizer == "null" ? "" : normalizer + ",", StringComparison.Ordinal),
        """{"type":"Split","pattern":{"Regex":"."},"behavior":"Isolated","invert":false}""",
        added: added).Encode(text);

    [Theory]
    [InlineData("", "a <t>b", new[] { 1, 3, 5, 2 })]
    [InlineData(""","lstrip":true""", "a \n<t> b", new[] { 1, 5, 3, 2 })]
    [InlineData(""","rstrip":true""", "a <t> \nb", new[] { 1, 3, 5, 2 })]
    [InlineData(""","single_word":true""", "a<t> <t>", new[] { 1, 0, 4, 0, 3, 5 })]
    [InlineData(""","lstrip":true,"rstrip":true""", " <t>  <t> ", new[] { 5, 5 })]
    public void StrippingAndWordLimits(string options, string text, int[] ids) =>
        Assert.Equal(ids, Encode(text, $$"""[{"content":"<t>","special":true,"normalized":false{{options}}}]"""));

    [Fact]
    public void LeftmostAndThenLongestWins() =>
        Assert.Equal([6, 1, 5, 2], Encode("abaaabb", """[{"content":"ab","special":true},{"content":"aba","special":true}]"""));

    [Fact]
    public void ANormalizedTokenIsLookedForAfterNormalizing()
    {
        const string Lower = """{"type":"Lowercase"}""";
        Assert.Equal([1, 5, 1], Encode("aTta", """[{"content":"Tt","normalized":true}]""", Lower));
        Assert.Equal([1, 4, 4, 1], Encode("atta", """[{"content":"Tt","normalized":false}]""", Lower));
        Assert.Equal([1, 5, 1], Encode("aTta", """[{"content":"Tt","normalized":false}]""", Lower));
    }

    [Fact]
    public void ATokenOfTheVocabularyKeepsItsIdAndOthersGetTheNextOnes()
    {
        var tokenizer = TinyTokenizers.Make(Letters, added: """[{"id":77,"content":"a","special":true},{"id":1,"content":"<x>","special":true},{"id":2,"content":"<y>","special":true}]""");
        Assert.Equal([1, 5, 6], tokenizer.Encode("a<x><y>"));
        Assert.Equal(7, tokenizer.VocabularySize);
        Assert.Equal("<y>", tokenizer.Piece(6));
        Assert.Equal(6, tokenizer.IdOf("<y>"));
        Assert.True(tokenizer.IsSpecial(6));
        Assert.False(tokenizer.IsSpecial(2));
    }

    [Theory]
    [InlineData("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[3,4],"tokens":["_","t"]}}}""", new[] { 3, 4, 1 }, new[] { 1 })]
    [InlineData("""{"type":"BertProcessing","sep":["b",2],"cls":["t",4]}""", new[] { 4, 1, 2 }, new[] { 1 })]
    [InlineData("""{"type":"RobertaProcessing","sep":["b",2],"cls":["t",4],"trim_offsets":true,"add_prefix_space":true}""", new[] { 4, 1, 2 }, new[] { 1 })]
    [InlineData("""{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":false},{"type":"BertProcessing","sep":["b",2],"cls":["t",4]}]}""", new[] { 4, 1, 2 }, new[] { 1 })]
    public void PostProcessorsPutTokensAroundTheText(string postProcessor, int[] with, int[] without)
    {
        var tokenizer = TinyTokenizers.Make(Letters, postProcessor: postProcessor);
        Assert.Equal(with, tokenizer.Encode("a"));
        Assert.Equal(without, tokenizer.Encode("a", addSpecialTokens: false));
    }
}
