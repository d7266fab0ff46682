using PainlessSteering.Text.Normalizers;

namespace PainlessSteering.Tests.Text;

public sealed class NormalizerTests
{
    [Theory]
    [InlineData("""{"type":"NFC"}""", "e\u0301 ﬁ", "é ﬁ")]
    [InlineData("""{"type":"NFD"}""", "é ﬁ", "e\u0301 ﬁ")]
    [InlineData("""{"type":"NFKC"}""", "e\u0301 ﬁ ①", "é fi 1")]
    [InlineData("""{"type":"NFKD"}""", "é ﬁ", "e\u0301 fi")]
    [InlineData("""{"type":"NFC"}""", "e\u0301\uFFFEe\u0301", "é\uFFFEé")]
    [InlineData("""{"type":"Lowercase"}""", "ÀBİΣ", "àbi\u0307σ")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""", " \u3000a ", "a ")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""", " a \n", " a")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"}]}""", "Éa\u0301", "Ea")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "a", "▁a")]
    [InlineData("""{"type":"Prepend","prepend":"▁"}""", "", "")]
    [InlineData("""{"type":"Replace","pattern":{"String":"a."},"content":"b"}""", "a.aa.", "bab")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "}""", "a \n b", "a b")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"x*"},"content":"-"}""", "axb", "-a-b-")]
    [InlineData("""{"type":"Nmt"}""", "a\u0007\u200bb\n", "a b ")]
    [InlineData("""{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""", "É\t中\0x\v", "e  中 x")]
    [InlineData("""{"type":"ByteLevel"}""", "é x", "Ã©Ġx")]
    public void TextIsThatOfHuggingFace(string normalizer, string text, string normalized) =>
        Assert.Equal(normalized, NormalizerReader.Read(TinyTokenizers.Part(normalizer))!.Normalize(text));
}
