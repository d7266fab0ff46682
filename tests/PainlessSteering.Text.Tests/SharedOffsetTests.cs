using System.Text;
using System.Text.Json;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Text;

/// <summary>What must hold of offsets whatever the text, on real vocabularies and all texts that there are cases for.</summary>
public sealed class SharedOffsetTests
{
    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("llama-spm-metaspace")]
    public void TokensAreTheirPartsOfTheText(string name)
    {
        using var json = Shared.Open("tokenizers", name, "tokenizer.json.gz");
        var tokenizer = Tokenizer.Load(json, name);
        var texts = new List<string>();
        foreach (var file in new[] { "cases.json.gz", "extended.json.gz" })
        {
            using var cases = JsonDocument.Parse(Shared.Open("tokenizers", name, file));
            texts.AddRange(cases.RootElement.EnumerateArray().Select(one => one.GetProperty("text").GetString()!).Where(text => text.Length < 20_000));
        }

        Assert.All(texts, text => CheckParts(tokenizer, text));
        Assert.Equal(texts.Select(text => tokenizer.Encode(text)), tokenizer.EncodeBatch(texts));
        Assert.Equal(texts.Select(text => tokenizer.Encode(text).Length), texts.Select(text => tokenizer.CountTokens(text)));
    }

    private static void CheckParts(Tokenizer tokenizer, string text)
    {
        var tokens = tokenizer.EncodeToTokens(text, addSpecialTokens: false);
        Assert.Equal(tokenizer.Encode(text, addSpecialTokens: false), tokens.Select(token => token.Id));
        var done = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var (start, end) = (tokens[i].Offset.Start.Value, tokens[i].Offset.End.Value);
            Assert.InRange(start, 0, end);
            Assert.InRange(end, Math.Max(start, 0), text.Length);
            Assert.True(start >= done || string.IsNullOrWhiteSpace(text[start..done]) || IsOneCharacter(text[start..done]), $"token {i} of '{text}' goes back");
            Assert.True(start <= done || string.IsNullOrWhiteSpace(text[done..start]), $"'{text[done..Math.Max(done, start)]}' of '{text}' is of no token");
            done = Math.Max(done, end);

            // The piece spells its part. One that is some bytes of a character has all of it; a space put before the text has the first character.
            var part = text[start..end].Replace('▁', ' ').Trim();
            var bytes = PieceText(tokenizer, tokens[i]);
            if (!bytes.Contains('\uFFFD', StringComparison.Ordinal) && !tokenizer.IsSpecial(tokens[i].Id) && !string.IsNullOrWhiteSpace(bytes))
            {
                Assert.Equal(part, bytes.Trim());
            }
        }

        Assert.True(string.IsNullOrWhiteSpace(text[done..]), $"the end of '{text}' is of no token");
    }

    private static bool IsOneCharacter(string part) => part.EnumerateRunes().Count() == 1;

    /// <summary>What a piece spells, by the two alphabets that the vocabularies have; U+FFFD where it is no whole character.</summary>
    private static string PieceText(Tokenizer tokenizer, EncodedToken token)
    {
        if (token.Piece is ['<', '0', 'x', _, _, '>'])
        {
            return "\uFFFD";
        }

        if (tokenizer.IdOf("Ġ") is null || !token.Piece.All(letter => ByteAlphabet.TryByte(letter, out _)))
        {
            return token.Piece.Replace('▁', ' ');
        }

        return Encoding.UTF8.GetString([.. token.Piece.Select(letter => ByteAlphabet.TryByte(letter, out var value) ? value : (byte)0)]);
    }
}
