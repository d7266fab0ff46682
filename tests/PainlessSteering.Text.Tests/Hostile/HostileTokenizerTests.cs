using System.Globalization;
using System.Text.Json;

namespace PainlessSteering.Tests.Text.Hostile;

/// <summary>
/// tokenizer.json files whose patterns, normalisers, pre-tokenizers, decoders and added tokens ask for a great deal of work or memory. Each is
/// loaded and used, or refused, within the time that <c>docs/security.md</c> promises.
/// </summary>
public sealed class HostileTokenizerTests
{
    private static readonly string[] Atoms = ["a", "b", "x?", "a*", "a+?", "é", "😀", ".", "\\w", "\\s*", "\\b", "^", "$", "\\p{L}", "[a-c]", "[^a]", "[[[[b]]]]", "(?i:k)", "(?i:[[𐐀]&&[[𐐀𐐨]]])", "\\R", "a{0,30}", "(?:|)", "a++", "(?>a|b)"];

    private static readonly string[] Texts = ["a", "aaaaaaaaaaaaaaaaaaaaaaaa", "😀", "𐐀𐐨", "a a a", "\n\n\n", "ｋK\u212A", " ", "", "\u0316\u0301", "éé"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("PAINLESS_HOSTILE_CASES") ?? "60", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnExpensivePatternEndsInTime(int seed)
    {
        var random = new Random(seed);
        var pattern = Pattern(random, random.Next(2, 7));
        var text = Text(random);
        Check(preTokenizer: Split(pattern), text: text);
        Check(preTokenizer: $$"""{"type":"Sequence","pretokenizers":[{{Split(".")}},{{Split(pattern)}},{{Split(pattern)}}]}""", text: text);
        Check(normalizer: $$"""{"type":"Replace","pattern":{"Regex":{{Quoted(pattern)}}},"content":"{{new string('z', random.Next(3) * 400)}}"}""", text: text);
    }

    [Theory]
    [InlineData("(?<=", "a", ")x", 199)]
    [InlineData("(?<!a|", "a", ")x", 199)]
    [InlineData("(?=", "a", ")", 199)]
    [InlineData("(?:a?|", "a", ")*", 199)]
    [InlineData("(?i)" + "[[[", "\U00010400", "]]]", 1)]
    [InlineData("[", "[a&&b]", "]", 45)]
    [InlineData("(?i)[a&&", "[b]", "]", 45)]
    [InlineData("", "a", "*", 15_000)]
    [InlineData("", "a?", "", 9_900)]
    [InlineData("", "é", "", 9_900)]
    [InlineData("", "é|", "", 9_000)]
    [InlineData("", "(?i)ā|", "", 3_000)]
    [InlineData("", "\\b", "", 9_900)]
    [InlineData("(?=", "", ")", 2_500)]
    [InlineData("", "{a", "", 9_900)]
    [InlineData("(?:ab){0,4000}", "x?", "", 4_000)]
    [InlineData("(?<=a{100000})", "b", "", 1)]
    [InlineData("(?<=(?:|a){0,20})", "b", "", 1)]
    [InlineData("(?:(?:a{1000}){1000}){1000}", "b", "", 1)]
    [InlineData("[a", "-é", "]", 9_000)]
    public void ARepeatedConstructEndsInTime(string open, string middle, string close, int count)
    {
        var nested = close.Length > 0 && count < 1_000;
        var pattern = nested
            ? string.Concat(Enumerable.Repeat(open, count)) + middle + string.Concat(Enumerable.Repeat(close, count))
            : open + string.Concat(Enumerable.Repeat(middle + (open.Length == 0 ? close : ""), count)) + (open.Length == 0 ? "" : close);
        foreach (var text in new[] { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", new string('a', 20_000), string.Concat(Enumerable.Repeat("é😀𐐀", 500)), string.Concat(Enumerable.Range(0x100, 60_000).Where(c => c is < 0xD800 or > 0xDFFF).Select(c => (char)c)) })
        {
            Check(preTokenizer: Split(pattern), text: text);
        }
    }

    [Theory]
    [InlineData("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""", 40)]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"a"},"content":"aa"}""", 40)]
    [InlineData("""{"type":"Replace","pattern":{"Regex":""},"content":"aaaaaaaaaaaaaaaa"}""", 40)]
    [InlineData("""{"type":"ByteLevel"}""", 60)]
    [InlineData("""{"type":"Prepend","prepend":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", 50_000)]
    [InlineData("""{"type":"NFKD"}""", 20_000)]
    [InlineData("""{"type":"Lowercase"}""", 20_000)]
    public void NormalizersThatGrowATextAreStopped(string step, int count)
    {
        var steps = $$"""{"type":"Sequence","normalizers":[{{string.Join(',', Enumerable.Repeat(step, count))}}]}""";
        foreach (var text in new[] { "a", "é", new string('a', 5_000), "\uFDFA", string.Concat(Enumerable.Repeat("\u0316\u0301", 20_000)) })
        {
            Check(normalizer: steps, text: text);
            Check(normalizer: steps, text: text, added: """[{"content":"aé","normalized":true},{"content":"b","normalized":true}]""");
        }
    }

    [Fact]
    public void AReplacementIsMeasuredBeforeItIsMade() =>
        Assert.Contains("makes a text of more than 1320000 characters", Check(normalizer: $$"""{"type":"Replace","pattern":{"String":"a"},"content":"{{new string('b', 1_000_000)}}"}""", text: new string('a', 10_000))!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":false}""", 60)]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}""", 60)]
    [InlineData("""{"type":"Metaspace","replacement":"a"}""", 5_000)]
    [InlineData("""{"type":"Digits","individual_digits":true}""", 20_000)]
    [InlineData("""{"type":"FixedLength","length":1}""", 20_000)]
    public void PreTokenizersThatGrowATextAreStopped(string step, int count)
    {
        foreach (var text in new[] { "é", new string('1', 5_000) })
        {
            Check(preTokenizer: $$"""{"type":"Sequence","pretokenizers":[{{string.Join(',', Enumerable.Repeat(step, count))}}]}""", text: text);
        }
    }

    [Theory]
    [InlineData("""{"type":"Replace","pattern":{"String":"h"},"content":"hh"}""")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"h|(?:h*)*"},"content":"hh"}""")]
    public void DecodersThatGrowATextAreStopped(string step)
    {
        var tokenizer = TinyTokenizers.Make(decoder: $$"""{"type":"Sequence","decoders":[{{string.Join(',', Enumerable.Repeat(step, 60))}}]}""");
        Assert.IsType<PasException>(CpuLimit.Run(step, () => tokenizer.Decode(tokenizer.Encode("hello"))));
    }

    [Fact]
    public void AWordThatIsLookedUpInEveryLengthEndsInTime()
    {
        var tokenizer = TinyTokenizers.Make(model: """{"type":"WordPiece","vocab":{"[UNK]":0,"a":1,"##a":2},"unk_token":"[UNK]","max_input_chars_per_word":2147483647}""");
        Assert.Equal(300, tokenizer.Encode(new string('a', 300)).Length);
        Assert.IsType<PasException>(CpuLimit.Run("WordPiece", () => tokenizer.Encode(new string('a', 30_000))));
    }

    [Fact]
    public void ManyDecodersOfALongTextAreStopped()
    {
        var strip = """{"type":"Strip","content":"x","start":1,"stop":0}""";
        var grow = $$"""{"type":"Replace","pattern":{"String":"h"},"content":"{{new string('y', 900_000)}}"}""";
        var tokenizer = TinyTokenizers.Make(decoder: $$"""{"type":"Sequence","decoders":[{{grow}},{{string.Join(',', Enumerable.Repeat(strip, 20_000))}}]}""");
        Assert.IsType<PasException>(CpuLimit.Run(strip, () => tokenizer.Decode(tokenizer.Encode("hello"))));
    }

    [Theory]
    [InlineData(false, false, 100_000)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public void AddedTokensThatAlmostOccurEndInTime(bool left, bool right, int length)
    {
        var content = length == 1 ? " " : new string('a', length) + "b";
        var text = length == 1 ? new string(' ', 200_000) : new string('a', 300_000);
        Check(added: $$"""[{"content":"{{content}}","lstrip":{{(left ? "true" : "false")}},"rstrip":{{(right ? "true" : "false")}}}]""", text: text);
    }

    private static Exception? Check(string normalizer = "null", string preTokenizer = "null", string added = "[]", string text = "a")
    {
        var shown = $"{normalizer} {preTokenizer} {(text.Length < 60 ? text : text[..60])}";
        var thrown = CpuLimit.Run(shown, () => TinyTokenizers.Make(normalizer: normalizer, preTokenizer: preTokenizer, added: added).Encode(text));
        Assert.True(thrown is null or PasException, $"{shown}\n{thrown}");
        return thrown;
    }

    private static string Split(string pattern) => $$"""{"type":"Split","pattern":{"Regex":{{Quoted(pattern)}}},"behavior":"Isolated","invert":false}""";

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Text(Random random) => string.Concat(Enumerable.Repeat(Texts[random.Next(Texts.Length)], random.Next(1, 2_000))) + Texts[random.Next(Texts.Length)];

    /// <summary>A random pattern: atoms in groups, choices, loops and looks, to some depth.</summary>
    private static string Pattern(Random random, int depth)
    {
        if (depth == 0)
        {
            return Atoms[random.Next(Atoms.Length)];
        }

        var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pattern(random, depth - 1)).ToArray();
        var open = new[] { "(?:", "(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:" }[random.Next(9)];
        var quantifier = new[] { "", "", "*", "+", "?", "*?", "{0,9}", "{2,5}", "{1,90}", "*+" }[random.Next(10)];
        return $"{open}{string.Join(random.Next(2) == 0 ? "|" : "", parts)}){quantifier}";
    }
}
