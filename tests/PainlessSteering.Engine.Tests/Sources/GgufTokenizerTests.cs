using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PainlessSteering.Engine.Files.Gguf;
using PainlessSteering.Engine.Sources.Gguf;
using PainlessSteering.Text;
using PainlessSteering.Text.Gguf;

namespace PainlessSteering.Tests.Engine.Sources;

/// <summary>Vocabularies as GGUF files state them, against llama.cpp's ids, and against the same vocabularies as tokenizer.json.</summary>
public sealed class GgufTokenizerTests
{
    /// <summary>Texts that llama.cpp cuts otherwise than the model's own tokenizer does, which is right: none is known.</summary>
    [Theory]
    [InlineData("deepseek-coder")]
    [InlineData("falcon")]
    [InlineData("llama-spm")]
    [InlineData("phi-3")]
    [InlineData("starcoder")]
    public void RealVocabulariesGiveTheIdsOfLlamaCpp(string name)
    {
        var path = Shared.PathOf("gguf", "vocab", $"ggml-vocab-{name}.gguf");
        using var file = GgufFiles.Open(path);
        var tokenizer = GgufTokenizerKeys.Tokenizer(file);
        var texts = File.ReadAllText(path + ".inp").Split("\n__ggml_vocab_test__\n");
        var ids = File.ReadAllText(path + ".out").Split('\n');
        var cases = texts.Zip(ids).ToArray();
        Assert.True(cases.Length >= 45);
        Assert.All(cases, one => Assert.Equal(one.Second.Trim(), string.Join(' ', tokenizer.Encode(one.First, addSpecialTokens: false))));
    }

    /// <summary>What ends a text within an answer of gpt-oss, and an older end in Gemma 4's vocabulary, end no answer there.</summary>
    [Theory]
    [InlineData("gpt2", new[] { "a", "<|end|>", "<|im_end|>" }, new[] { 1, 2 })]
    [InlineData("gpt2", new[] { "<|return|>", "<|end|>", "<|call|>", "a" }, new[] { 0, 2 })]
    [InlineData("llama", new[] { "</s>", "<turn|>" }, new[] { 0, 1 })]
    [InlineData("gemma4", new[] { "</s>", "<turn|>" }, new[] { 1 })]
    public void TextsThatEndAnAnswer(string model, string[] tokens, int[] ends)
    {
        var config = new JsonObject();
        GgufTokenizerKeys.AddIds(new GgufMetadata("m.gguf", new Dictionary<string, object> { ["tokenizer.ggml.model"] = model, ["tokenizer.ggml.tokens"] = tokens }), config);
        Assert.Equal(ends, config["eos_token_id"]!.AsArray().Select(id => (int)id!));
    }

    /// <summary>Where a word ends that has marks, a contraction and four digits; what llama.cpp gives for the same texts.</summary>
    [Theory]
    [InlineData("qwen2", "|a|\u0301|b|'s|1|2|3|4|")]
    [InlineData("qwen35", "|a\u0301b|'s|1|2|3|4|")]
    [InlineData("gpt-4o", "|a\u0301b's|123|4|")]
    [InlineData("llama-bpe", "|a|\u0301|b|'s|123|4|")]
    public void WordsAreCutAsTheNameSays(string cutting, string expected)
    {
        // Each byte is a token, and so is each pair that a merge makes: whatever is one word becomes one token.
        var bytes = Enumerable.Range(0, 256).Select(value => ByteAlphabet.Letter((byte)value).ToString()).ToList();
        var text = expected.Replace("|", "", StringComparison.Ordinal);
        var merges = new List<string>();
        foreach (var word in expected.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var letters = Encoding.UTF8.GetBytes(word).Select(value => ByteAlphabet.Letter(value).ToString()).ToArray();
            for (var length = 2; length <= letters.Length; length++)
            {
                var (left, right) = (string.Concat(letters[..(length - 1)]), letters[length - 1]);
                if (!bytes.Contains(left + right))
                {
                    bytes.Add(left + right);
                    merges.Add($"{left} {right}");
                }
            }
        }

        var tokenizer = Tokenizer.Of(new GgufVocabulary { File = "m.gguf", Model = "gpt2", PreTokenizer = cutting, Tokens = bytes, Merges = merges });
        Assert.Equal(expected, $"|{string.Join('|', tokenizer.Encode(text, addSpecialTokens: false).Select(id => tokenizer.Decode([id])))}|");
    }

    /// <summary>The vocabulary of a tokenizer.json, put as a GGUF file would state it, gives the same ids.</summary>
    [Theory]
    [InlineData("gpt-2", "gpt-2")]
    [InlineData("llama-bpe", "llama-bpe")]
    public void ByteLevelVocabulariesGiveTheIdsOfTheirTokenizerJson(string name, string cutting)
    {
        using var json = JsonDocument.Parse(Shared.Open("tokenizers", name, "tokenizer.json.gz"));
        var model = json.RootElement.GetProperty("model");
        var added = json.RootElement.GetProperty("added_tokens").EnumerateArray().ToDictionary(token => token.GetProperty("id").GetInt32(), token => token.GetProperty("content").GetString()!);
        var pieces = model.GetProperty("vocab").EnumerateObject().ToDictionary(piece => piece.Value.GetInt32(), piece => piece.Name);
        string[] tokens = [.. Enumerable.Range(0, Math.Max(pieces.Keys.Max(), added.Keys.Max()) + 1).Select(id => added.GetValueOrDefault(id) ?? pieces[id])];
        var tokenizer = Tokenizer.Of(new GgufVocabulary
        {
            File = name,
            Model = "gpt2",
            PreTokenizer = cutting,
            Tokens = tokens,
            Types = [.. tokens.Select((_, id) => added.ContainsKey(id) ? 3 : 1)],
            Merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}")],
            BeginId = tokens.IndexOf("<|begin_of_text|>") is >= 0 and var begin ? begin : null,
        });
        foreach (var file in new[] { "cases.json.gz", "extended.json.gz" })
        {
            using var cases = JsonDocument.Parse(Shared.Open("tokenizers", name, file));
            foreach (var one in cases.RootElement.EnumerateArray())
            {
                var text = one.GetProperty("text").GetString()!;
                int[] ids = [.. one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
                Assert.Equal(ids, tokenizer.Encode(text, addSpecialTokens: false));
                if (one.TryGetProperty("idsWithSpecial", out var special))
                {
                    Assert.Equal(special.EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text));
                }
            }
        }
    }

    [Fact]
    public void WhatAVocabularyLacksIsTold()
    {
        var whole = new GgufVocabulary { File = "m.gguf", Model = "gpt2", PreTokenizer = "smollm", Tokens = ["a", "b", "ab"], Types = [1, 1, 1], Merges = ["a b"], BeginId = 0, AddBegin = true, EndId = 1, AddEnd = true };
        Assert.Equal([0, 2, 1], Tokenizer.Of(whole).Encode("ab"));
        Assert.Contains("key 'tokenizer.ggml.pre'", Refused(whole with { PreTokenizer = "default" }), StringComparison.Ordinal);
        Assert.Contains("does not say how", Refused(whole with { PreTokenizer = null }), StringComparison.Ordinal);
        Assert.Contains("key 'tokenizer.ggml.model'", Refused(whole with { Model = "t5" }), StringComparison.Ordinal);
        Assert.Contains("key 'tokenizer.ggml.merges'", Refused(whole with { Merges = null }), StringComparison.Ordinal);
        Assert.Contains("key 'tokenizer.ggml.token_type'", Refused(whole with { Types = [1] }), StringComparison.Ordinal);
        Assert.Contains("key 'tokenizer.ggml.bos_token_id'", Refused(whole with { BeginId = 3 }), StringComparison.Ordinal);
        Assert.Contains("key 'tokenizer.ggml.scores'", Refused(whole with { Model = "llama" }), StringComparison.Ordinal);
    }

    /// <summary>Of pieces with one score the leftmost in the text is made first, as SentencePiece does it, whatever their order in the file.</summary>
    [Fact]
    public void EqualScoresMergeFromTheLeft()
    {
        var vocabulary = new GgufVocabulary { File = "m.gguf", Model = "llama", Tokens = ["<unk>", "a", "b", "bb", "ab"], Scores = [0, -9, -9, -1, -1], Types = [2, 1, 1, 1, 1], UnknownId = 0, AddSpacePrefix = false, AddBegin = false };
        Assert.Equal([4, 2], Tokenizer.Of(vocabulary).Encode("abb"));
        Assert.Equal([1, 3], Tokenizer.Of(vocabulary with { Scores = [0, -9, -9, -1, -2] }).Encode("abb"));
        Assert.Equal([0, 4], Tokenizer.Of(vocabulary).Encode("cab"));
    }

    private static string Refused(GgufVocabulary vocabulary) => Assert.Throws<PasException>(() => Tokenizer.Of(vocabulary)).Message;
}
