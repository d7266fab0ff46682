using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>tokenizer.json is foreign input: whatever is wrong with it is told with file and key.</summary>
public sealed class TokenizerErrorTests
{
    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "an object")]
    [InlineData("{}", "'model'")]
    [InlineData("""{"model":{"type":"BPE"}}""", "'vocab'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{}}}""", "'merges'")]
    [InlineData("""{"model":{"type":"BPE","vocab":[],"merges":[]}}""", "key 'model.vocab'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "'a'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":99999999999},"merges":[]}}""", "99999999999")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":1.5},"merges":[]}}""", "1.5")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"\ud800":1},"merges":[]}}""", "key 'model.vocab'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}""", "key 'model.merges[0]'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a c"]}}""", "'c'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "one space")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}}""", "pair")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}""", "key 'model.merges[0]'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["\ud800 a"]}}""", "Unicode")]
    [InlineData("""{"model":{"type":"BPE","fuse_unk":"yes","vocab":{},"merges":[]}}""", "key 'model.fuse_unk'")]
    [InlineData("""{"model":{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}}""", "key 'model.dropout'")]
    [InlineData("""{"model":{"type":"BPE","strange":1,"vocab":{},"merges":[]}}""", "key 'model.strange': the key is not understood")]
    [InlineData("""{"strange":1,"model":{"type":"BPE","vocab":{},"merges":[]}}""", "key 'strange': the key is not understood")]
    [InlineData("""{"added_tokens":[{"content":"a","strange":1}],"model":{"type":"BPE","vocab":{},"merges":[]}}""", "key 'added_tokens[0].strange'")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[]}}""", "'Unigram' is not supported")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "'unk_token'")]
    public void TheModel(string json, string named) => AssertNamed(json, named);

    [Theory]
    [InlineData("normalizer", """{"type":"Precompiled","precompiled_charsmap":"AAAA"}""", "'Precompiled' is not supported")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Huh"}]}""", "key 'normalizer.normalizers[1]'")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"Glob":"*"},"content":""}""", "'Regex'")]
    [InlineData("normalizer", """{"type":"Replace","pattern":{"Regex":"(a"},"content":""}""", "key 'normalizer.pattern.Regex'")]
    [InlineData("normalizer", """{"type":"Prepend"}""", "'prepend'")]
    [InlineData("normalizer", "\"NFC\"", "an object")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "'UnicodeScripts' is not supported")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"String":" "},"behavior":"Shredded","invert":false}""", "'Shredded'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"▁▁"}""", "one character")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"last"}""", "'last'")]
    [InlineData("pre_tokenizer", """{"pretokenizers":[]}""", "'type'")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}}],"special_tokens":{}}""", "'<s>'")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{}}""", "key 'post_processor.single[0]'")]
    [InlineData("post_processor", """{"type":"BertProcessing","sep":["a"],"cls":["a",0]}""", "key 'post_processor.")]
    [InlineData("decoder", """{"type":"CTC"}""", "'CTC' is not supported")]
    [InlineData("decoder", """{"type":"Strip","content":" ","start":-1,"stop":0}""", "key 'decoder.start'")]
    [InlineData("added_tokens", """[{"id":0}]""", "key 'added_tokens[0]'")]
    [InlineData("added_tokens", """{}""", "an array")]
    public void EveryOtherStage(string key, string value, string named) =>
        AssertNamed($$"""{"model":{{TinyTokenizers.Hello}},"{{key}}":{{value}}}""", named);

    [Fact]
    public void AnUnknownTokenThatIsMissingIsToldWhenItIsNeeded()
    {
        var tokenizer = TinyTokenizers.Make("""{"type":"BPE","unk_token":"<unk>","vocab":{"a":0},"merges":[]}""");
        Assert.Equal([0], tokenizer.Encode("a"));
        Assert.Contains("'<unk>'", Assert.Throws<PasException>(() => tokenizer.Encode("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PathsWithoutATokenizerAreNamed()
    {
        using var folder = new TempFolder();
        Assert.Contains("tokenizer.json", Assert.Throws<PasException>(() => Tokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<PasException>(() => Tokenizer.Load("/nowhere")).Message, StringComparison.Ordinal);
    }

    private static void AssertNamed(string json, string named)
    {
        var message = Assert.Throws<PasException>(() => TinyTokenizers.Load(json)).Message;
        Assert.Contains("tiny.json", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
    }
}
