namespace PainlessSteering.Tests.Text;

public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""", "Hello, don't  stop\n 42𝟻é", "Hello|,|Ġdon|'t|Ġ|Ġstop|Ċ|Ġ42ðĿŁ»|Ã©")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", "Hi you", "ĠHi|Ġyou")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}""", "Hi  you", "ĠHiĠĠyou")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", "Hey  you", "▁Hey|▁|▁you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", " Hey", "▁Hey")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", "Hey you", "▁Hey▁you")]
    [InlineData("""{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""", "Hey you", "Hey|▁you")]
    [InlineData("""{"type":"Metaspace","replacement":"_","str_rep":"_","add_prefix_space":true}""", "Hey you", "_Hey|_you")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true}]}""", "a1 b", "▁a|1|▁b")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Removed","invert":false}""", "the-final--countdown-", "the|final|countdown")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Isolated","invert":false}""", "the-final--countdown-", "the|-|final|-|-|countdown|-")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithPrevious","invert":false}""", "the-final--countdown-", "the-|final-|-|countdown-")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"MergedWithNext","invert":false}""", "the-final--countdown-", "the|-final|-|-countdown|-")]
    [InlineData("""{"type":"Split","pattern":{"String":"-"},"behavior":"Contiguous","invert":false}""", "the-final--countdown-", "the|-|final|--|countdown|-")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\d"},"behavior":"Removed","invert":true}""", "a12b", "1|2")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\d"},"behavior":"MergedWithPrevious","invert":true}""", "a12b", "a|1|2b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\d"},"behavior":"MergedWithNext","invert":true}""", "a12b", "a1|2|b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\d"},"behavior":"Contiguous","invert":true}""", "a12b", "a|12|b")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"x*"},"behavior":"MergedWithPrevious","invert":false}""", "axb", "ax|b")]
    [InlineData("""{"type":"Digits","individual_digits":false}""", "a12½b3", "a|12½|b|3")]
    [InlineData("""{"type":"Digits","individual_digits":true}""", "a12½b3", "a|1|2|½|b|3")]
    [InlineData("""{"type":"Punctuation","behavior":"Isolated"}""", "Hi!? $5 «x»", "Hi|!|?| |$|5 |«|x|»")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""", "Hi!? $5", "Hi|!?| |$|5")]
    [InlineData("""{"type":"Whitespace"}""", "Hi you_2! ²x", "Hi|you_2|!|²|x")]
    [InlineData("""{"type":"WhitespaceSplit"}""", " Hi\u3000you!  ", "Hi|you!")]
    [InlineData("""{"type":"BertPreTokenizer"}""", "Hi, you!", "Hi|,|you|!")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"-"}""", "a-b--c", "a|b|c")]
    [InlineData("""{"type":"FixedLength","length":2}""", "a😀bcd", "a😀|bc|d")]
    public void PiecesAreThoseOfHuggingFace(string preTokenizer, string text, string pieces) =>
        Assert.Equal(pieces, string.Join('|', TinyTokenizers.Cut(preTokenizer, text)));

    /// <summary>The beginning of the user's text only, not of what follows a special token, and not where white space was taken away.</summary>
    [Theory]
    [InlineData("null", "hello", new[] { 10 })]
    [InlineData("null", "<s>hello", new[] { 13, 9 })]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":true}""", " hello", new[] { 9 })]
    [InlineData("""{"type":"Replace","pattern":{"String":"H"},"content":"h"}""", "Hello", new[] { 10 })]
    [InlineData("""{"type":"NFC"}""", "hello", new[] { 10 })]
    public void MetaspaceFirstMarksTheBeginningOnly(string normalizer, string text, int[] ids) => Assert.Equal(ids, TinyTokenizers.Make(
        normalizer: normalizer,
        preTokenizer: """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""",
        added: """[{"id":13,"content":"<s>","special":true}]""").Encode(text));
}
