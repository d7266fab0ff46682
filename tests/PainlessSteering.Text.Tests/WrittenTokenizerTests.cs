using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>Tokenizers that are written as a tokenizer.json or stated as a GGUF file does, and read back: the same ids.</summary>
public sealed class WrittenTokenizerTests
{
    private static readonly string[] Texts = ["Hello world", "  two  spaces\n\n", "it's 12345 things!", "日本語 é 😀", "<s>x</s>", ""];

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("llama-spm-metaspace")]
    public void ARealVocabularyGivesTheSameIds(string name)
    {
        using var json = Shared.Open("tokenizers", name, "tokenizer.json.gz");
        var own = Tokenizer.Load(json, name);
        var written = Written(own);
        var statement = own.ToGguf(own.VocabularySize + 3, (null, null, null));
        var stated = Tokenizer.Of(statement.Vocabulary);
        var (isMetaspace, compared) = (name == "llama-spm-metaspace", 0);
        using var cases = JsonDocument.Parse(Shared.Open("tokenizers", name, "cases.json.gz"));
        foreach (var text in cases.RootElement.EnumerateArray().Select(one => one.GetProperty("text").GetString()!))
        {
            var ids = own.Encode(text);
            Assert.Equal(ids, written.Encode(text));
            Assert.Equal(own.Decode(ids), written.Decode(ids));
            if (!isMetaspace || !(text.StartsWith(' ') || text.StartsWith('▁') || text.Contains('<', StringComparison.Ordinal)))
            {
                Assert.Equal(ids, stated.Encode(text));
                compared++;
            }
        }

        Assert.InRange(compared, 30, int.MaxValue);
        Assert.Equal(isMetaspace ? 2 : 0, statement.Unsaid.Count); // A space before a text that begins with one, and behind a special token.
        Assert.Equal("[PAD" + own.VocabularySize + "]", stated.Piece(own.VocabularySize));
        Assert.Equal(own.SpecialIds, written.SpecialIds);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer.model")]
    public void ASentencePieceVocabularyGivesTheSameIds(string file)
    {
        var own = Tokenizer.Load(Shared.PathOf("models", "stories260K", file));
        var statement = own.ToGguf(own.VocabularySize, (1, 2, 0));
        Assert.Equal(("llama", true, true, 1), (statement.Vocabulary.Model, statement.Vocabulary.AddBegin, statement.Vocabulary.AddSpacePrefix, statement.Vocabulary.BeginId));
        Tokenizer written = Written(own), stated = Tokenizer.Of(statement.Vocabulary);
        foreach (var text in Texts.Append("Once upon a time, there was a little girl named Lily."))
        {
            Assert.Equal(own.Encode(text), written.Encode(text));
            Assert.Equal(own.Encode(text), stated.Encode(text));
            Assert.Equal(own.Decode(own.Encode(text)), written.Decode(own.Encode(text)));
        }
    }

    /// <summary>What a GGUF file cannot state and what would change ids is refused by name.</summary>
    [Theory]
    [InlineData(""" "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true} """, "the tokenizer cuts words in a way that has no name in GGUF files here")]
    [InlineData(""" "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false} """, "the tokenizer changes a text before it cuts it")]
    [InlineData(""" "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a"}}, {"SpecialToken": {"id": "a"}}, {"Sequence": {"id": "A"}}], "special_tokens": {"a": {"ids": [0]}}} """, "puts more around a text")]
    public void WhatAFileCannotStateIsRefused(string parts, string what)
    {
        var own = Tokenizer.Parse($$"""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}, {{parts}} }""");
        var error = Assert.Throws<PasException>(() => own.ToGguf(3, (null, null, null)));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("convert to safetensors, which keep the tokenizer as it is", error.Message, StringComparison.Ordinal);
        Assert.Equal(own.Encode("abba"), Written(own).Encode("abba"));
    }

    [Fact]
    public void AnEmbeddingWithTooFewRowsIsRefused()
    {
        var own = Tokenizer.Parse("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}}""");
        Assert.Equal("the tokenizer has more tokens than the model's embedding has rows; expected at most 1; found 2", Assert.Throws<PasException>(() => own.ToGguf(1, (null, null, null))).Message.Split(": ", 2)[1]);
    }

    /// <summary>Every step that a tokenizer.json can name is written by its name: read, written and read again it is the same text.</summary>
    [Theory]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"NFKD"},{"type":"Lowercase"},{"type":"StripAccents"},{"type":"Nmt"},{"type":"ByteLevel"},{"type":"Prepend","prepend":"x"},{"type":"Strip","strip_left":true,"strip_right":false},{"type":"Replace","pattern":{"Regex":"a+"},"content":"b"}]}""")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"Punctuation","behavior":"Isolated"},{"type":"WhitespaceSplit"},{"type":"CharDelimiterSplit","delimiter":"-"},{"type":"FixedLength","length":3},{"type":"Metaspace","replacement":"_","prepend_scheme":"first","split":true},{"type":"Split","pattern":{"String":"x"},"behavior":"MergedWithNext","invert":false},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":false}]}""")]
    [InlineData("decoder", """{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0},{"type":"Replace","pattern":{"String":"x"},"content":"y"},{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true},{"type":"WordPiece","prefix":"##","cleanup":true},{"type":"BPEDecoder","suffix":"</w>"},{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}]}""")]
    [InlineData("post_processor", """{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"a","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"SpecialToken":{"id":"a","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"a","type_id":1}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"a":{"id":"a","ids":[0],"tokens":["a"]}}}]}""")]
    public void EveryStepIsWrittenByItsName(string key, string json)
    {
        var own = Tokenizer.Parse($$"""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "{{key}}": {{json}} }""");
        using var stream = new MemoryStream();
        own.WriteJson(stream);
        using var document = JsonDocument.Parse(stream.ToArray());
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(json), System.Text.Json.Nodes.JsonNode.Parse(document.RootElement.GetProperty(key).GetRawText())), document.RootElement.GetProperty(key).GetRawText());
    }

    private static Tokenizer Written(Tokenizer tokenizer)
    {
        using var stream = new MemoryStream();
        tokenizer.WriteJson(stream);
        return Tokenizer.Load(new MemoryStream(stream.ToArray()), "tokenizer.json");
    }
}
