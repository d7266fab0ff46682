using System.Text;
using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

public class StreamingDecoderTests
{
    [Fact]
    public void ByteTokensComeOutAsWholeCharacters()
    {
        // One token a byte, and a special one between words.
        var tokenizer = ByteFallback("<0x61>", "<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0x90>", "<0x88>", "\u2581b", "<|end|>");
        var decoder = new StreamingDecoder(tokenizer, []);
        int[] tokens = [7, 0, 1, 2, 3, 4, 5, 6, 8, 7, 3, 4, 0, 7, 1];
        Assert.Equal(["b", "a", "", "é", "", "", "", "\U0001F408", "", " b", "", "", "", "\uFFFD\uFFFD\uFFFD b", ""], tokens.Select(decoder.Append));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("b\u0061é\U0001F408 b\uFFFD\uFFFD\uFFFD b\uFFFD", tokenizer.Decode(tokens));
    }

    [Fact]
    public void ACharacterThatTheNextBytesSpoilStaysAsItCameOut()
    {
        var tokenizer = ByteFallback("<0x61>", "<0xC3>", "\u2581b");
        var decoder = new StreamingDecoder(tokenizer, [2]);
        Assert.Equal(["a", "", "\uFFFD b"], new[] { 0, 1, 2 }.Select(decoder.Append));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void TheFirstTokenAfterAPromptKeepsItsSpace()
    {
        var tokenizer = ByteFallback("\u2581a", "\u2581b");
        Assert.Equal(" b", new StreamingDecoder(tokenizer, [0]).Append(1));
        Assert.Equal("b", new StreamingDecoder(tokenizer, []).Append(1));
    }

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("llama-spm-metaspace")]
    public void PiecesOfRealVocabulariesMakeTheWholeText(string name)
    {
        using var json = Shared.Open("tokenizers", name, "tokenizer.json.gz");
        var tokenizer = Tokenizer.Load(json, name);
        using var cases = JsonDocument.Parse(Shared.Open("tokenizers", name, "extended.json.gz"));
        var split = 0;
        foreach (var text in cases.RootElement.EnumerateArray().Select(one => one.GetProperty("text").GetString()!).Where(text => text.Length < 500))
        {
            var tokens = tokenizer.Encode("One: " + text);
            var start = tokenizer.Encode("One:").Length;
            var decoder = new StreamingDecoder(tokenizer, tokens.Take(start));
            var pieces = tokens[start..].Select(decoder.Append).ToList();
            split += pieces.Count(piece => piece.Length == 0);
            pieces.Add(decoder.Flush());
            var whole = tokenizer.Decode(tokens);
            Assert.Equal(whole, tokenizer.Decode(tokens.AsSpan(0, start)) + string.Concat(pieces));
            Assert.True(whole.Contains('\uFFFD', StringComparison.Ordinal) || !pieces.Any(piece => piece.Contains('\uFFFD', StringComparison.Ordinal)));
        }

        Assert.True(split > 10, "no character was spread over tokens");
    }

    private static Tokenizer ByteFallback(params string[] pieces)
    {
        var json = JsonSerializer.Serialize(new
        {
            added_tokens = pieces.Select((content, id) => new { id, content, special = true, normalized = false, single_word = false, lstrip = false, rstrip = false })
                .Where(token => token.content.StartsWith("<|", StringComparison.Ordinal)),
            decoder = new
            {
                type = "Sequence",
                decoders = new object[]
                {
                    new { type = "Replace", pattern = new { String = "\u2581" }, content = " " },
                    new { type = "ByteFallback" },
                    new { type = "Fuse" },
                    new { type = "Strip", content = " ", start = 1, stop = 0 },
                },
            },
            model = new { type = "BPE", vocab = pieces.Select((piece, id) => (piece, id)).ToDictionary(pair => pair.piece, pair => pair.id), merges = Array.Empty<string>() },
        });
        return Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "bytes");
    }
}
