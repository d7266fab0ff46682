using System.Diagnostics;

namespace PainlessSteering.Tests.Text;

public sealed class TokenizerRobustnessTests
{
    private const string Gpt2 = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""";

    /// <summary>Half of a surrogate pair counts as U+FFFD, which is what a conversion to UTF-8 makes of it.</summary>
    [Theory]
    [InlineData("h\uD83D")]
    [InlineData("h\uDE00")]
    [InlineData("\uDE00\uD83Dh")]
    public void LoneSurrogatesCountAsReplacementCharacters(string text)
    {
        var repaired = text.Replace('\uD83D', '\uFFFD').Replace('\uDE00', '\uFFFD');
        foreach (var preTokenizer in new[] { "null", Gpt2, """{"type":"Metaspace","replacement":"▁"}""" })
        {
            var tokenizer = TinyTokenizers.Make(normalizer: """{"type":"NFC"}""", preTokenizer: preTokenizer);
            Assert.Equal(tokenizer.Encode(repaired), tokenizer.Encode(text));
        }
    }

    [Theory]
    [InlineData("null", "l")]
    [InlineData(Gpt2, "hel")]
    [InlineData(Gpt2, " ")]
    [InlineData("""{"type":"Metaspace","replacement":"▁"}""", "hello ")]
    public void AMillionCharactersAreNoTrap(string preTokenizer, string unit)
    {
        var clock = Stopwatch.StartNew();
        var tokenizer = TinyTokenizers.Make(preTokenizer: preTokenizer);
        tokenizer.Encode(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    [Fact]
    public void ACatastrophicPatternIsAnErrorThatNamesIt()
    {
        var tokenizer = TinyTokenizers.Make(preTokenizer: """{"type":"Split","pattern":{"Regex":"(?:h+)+e"},"behavior":"Isolated","invert":false}""");
        Assert.Equal([1, 1, 6], tokenizer.Encode("hhhe"));
        var message = Assert.Throws<PasException>(() => tokenizer.Encode(new string('h', 5_000))).Message;
        Assert.Contains("key 'pre_tokenizer.pattern.Regex'", message, StringComparison.Ordinal);
        Assert.Equal([1, 1, 6], tokenizer.Encode("hhhe"));
    }

    [Fact]
    public async Task ManyThreadsShareOneTokenizer()
    {
        var tokenizer = TinyTokenizers.Make(preTokenizer: Gpt2, decoder: """{"type":"ByteLevel"}""");
        var texts = Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Repeat("hello"[..(1 + (i % 5))], 1 + (i % 70)))).ToArray();
        var expected = texts.Select(text => tokenizer.Encode(text)).ToArray();
        await Parallel.ForAsync(0, 2_000, TestContext.Current.CancellationToken, (i, _) =>
        {
            Assert.Equal(expected[i % 200], tokenizer.Encode(texts[i % 200]));
            Assert.Equal(texts[i % 200], tokenizer.Decode(expected[i % 200]));
            return ValueTask.CompletedTask;
        });
    }
}
