using System.Globalization;
using System.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Tests.Text.Hostile;

/// <summary>How large the JSON files of a tokenizer may be, and how deep: past what is published by far, and refused by name beyond.</summary>
[CollectionDefinition(nameof(TokenizerSizeTests), DisableParallelization = true)] // Its texts are large, and others measure memory.
[Collection(nameof(TokenizerSizeTests))]
public sealed class TokenizerSizeTests
{
    private const string Merges = ",\"merges\":[";

    /// <summary>More pieces and merges than any published vocabulary has, in 34 MB.</summary>
    [Fact]
    public void ALargeVocabularyIsRead()
    {
        var text = new StringBuilder("{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0");
        for (var i = 1; i <= 300_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"a{i:x30}\":{i}");
        }

        text.Append('}').Append(Merges).AppendJoin(',', Enumerable.Range(0, 600_000).Select(i => $"\"#version {i:x24}\"")).Append("]}}");
        Assert.InRange(text.Length, 33_000_000, 45_000_000);
        var json = text.ToString();
        GC.Collect();
        Assert.Null(CpuLimit.Run("large", () => Assert.Equal(300_001, TinyTokenizers.Load(json).VocabularySize)));
    }

    [Theory]
    [InlineData("merges", "there are too many merges; expected at most 2000000; found 2000001")]
    [InlineData("vocab", "the vocabulary is too large; expected at most 1000000 pieces")]
    [InlineData("bytes", "the JSON file is too large; expected at most 64 MB; found 64 MB")]
    [InlineData("values", "the JSON file has too many values; expected at most 8000000 commas and brackets")]
    [InlineData("lists", "the JSON file has too many values")]
    [InlineData("many", "not valid JSON")]
    [InlineData("depth", "not valid JSON; found line 1, byte 78")]
    [InlineData("affix", "key 'model.end_of_word_suffix': the text is too long; expected at most 100 characters")]
    [InlineData("prefix", "key 'model.continuing_subword_prefix': the text is too long")]
    [InlineData("twice", "key 'model.vocab': the piece 'a' stands twice")]
    [InlineData("again", "key 'model.type': the key stands twice")]
    public void WhatIsTooLargeOrTooDeepIsRefused(string what, string told)
    {
        var text = what switch
        {
            "merges" => Bpe("{\"a\":0}", string.Concat("\"\"", string.Concat(Enumerable.Repeat(",\"\"", 2_000_000)))),
            "vocab" => Bpe("{" + string.Join(',', Enumerable.Range(0, 1_000_001).Select(i => $"\"{i}\":{i}")) + "}", ""),
            "bytes" => new string(' ', 64_000_001),
            "values" => "[0" + string.Concat(Enumerable.Repeat(",0", 8_000_000)),
            "lists" => string.Concat(Enumerable.Repeat(new string('[', 60) + new string(']', 60) + ",", 135_000)),
            "many" => "[" + string.Concat(Enumerable.Repeat("{\"\":0},", 3_900_000)),
            "depth" => "{\"normalizer\":" + new string('[', 100_000),
            "affix" => Bpe("{\"a\":0}", "", $",\"end_of_word_suffix\":\"{new string('a', 1_000_000)}\""),
            "prefix" => Bpe("{\"a\":0}", "", $",\"continuing_subword_prefix\":\"{new string('a', 101)}\""),
            "twice" => Bpe("{\"a\":0,\"a\":1}", ""),
            _ => Bpe("{\"a\":0}", "", ",\"type\":\"BPE\""),
        };
        GC.Collect(); // What the text was made of is not the reader's.
        Assert.Contains(told, Assert.IsType<PasException>(CpuLimit.Run(what, () => TinyTokenizers.Load(text))).Message, StringComparison.Ordinal);
    }

    /// <summary>The files beside a tokenizer have the same limits.</summary>
    [Theory]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    [InlineData("chat_template.json")]
    public void TheFilesBesideItHaveLimitsToo(string name)
    {
        using var folder = new TempFolder();
        foreach (var (text, told) in new[] { (new string('[', 5_000_000), "not valid JSON"), ("{\"a\":1,\"a\":2}", "Duplicate property 'a'"), (new string(' ', 64_000_001), "the JSON file is too large") })
        {
            folder.Write(name, text);
            GC.Collect();
            Assert.Contains(told, Assert.IsType<PasException>(CpuLimit.Run(name, () => ChatTemplate.Load(folder.Path))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ATemplatesFileIsNotReadWhereItIsTooLarge()
    {
        using var folder = new TempFolder();
        using (var file = File.Create(folder.File("chat_template.jinja")))
        {
            file.SetLength(100_000_000_000); // Sparse: it takes no room.
        }

        Assert.Contains("the chat template is too large; expected at most 4 MB; found 100 GB", Assert.Throws<PasException>(() => ChatTemplate.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Bpe(string vocabulary, string merges, string more = "") => $"{{\"model\":{{\"type\":\"BPE\"{more},\"vocab\":{vocabulary}{Merges}{merges}]}}}}";
}
