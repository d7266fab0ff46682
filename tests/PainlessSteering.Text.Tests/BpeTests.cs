using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Tests.Text;

public sealed class BpeTests
{
    [Theory]
    [InlineData("hello", new[] { 9 })]
    [InlineData("hell", new[] { 8 })]
    [InlineData("lll", new[] { 7, 3 })] // The leftmost of two equal pairs.
    [InlineData("oheo", new[] { 4, 6, 4 })]
    [InlineData("▁hello▁hello", new[] { 10, 10 })]
    [InlineData("helo", new[] { 6, 3, 4 })]
    public void LowestRankAndThenLeftmostMergesFirst(string text, int[] ids) => Assert.Equal(ids, TinyTokenizers.Make().Encode(text));

    /// <summary>Unknown characters under every combination of fusing, byte fallback and a missing unknown token.</summary>
    [Theory]
    [InlineData("", "hXYl", new[] { 1, 0, 0, 3 })]
    [InlineData(""","fuse_unk":true""", "hXYl", new[] { 1, 0, 3 })]
    [InlineData(""","fuse_unk":true""", "😀😀", new[] { 0 })]
    [InlineData(""","byte_fallback":true""", "éX", new[] { 11, 12, 0 })]
    [InlineData(""","byte_fallback":true""", "X中", new[] { 0, 0 })] // Not all of its bytes are pieces.
    [InlineData(""","byte_fallback":true""", "Xé", new[] { 11, 12, 0 })] // The held back unknown token comes after bytes: so does Hugging Face.
    [InlineData("", "hXl", new[] { 1, 3 }, "null")]
    public void UnknownCharacters(string options, string text, int[] ids, string unknown = "\"<unk>\"") =>
        Assert.Equal(ids, TinyTokenizers.Make(TinyTokenizers.Hello.Replace("\"unk_token\":\"<unk>\"", $"\"unk_token\":{unknown}", StringComparison.Ordinal).TrimEnd()[..^1] + options + "}").Encode(text));

    [Fact]
    public void IgnoreMergesTakesAWholePieceThatNoMergeReaches()
    {
        const string Model = """{"type":"BPE","ignore_merges":IGNORE,"vocab":{"a":0,"b":1,"abab":2,"ab":3},"merges":["a b"]}""";
        Assert.Equal([2], TinyTokenizers.Make(Model.Replace("IGNORE", "true", StringComparison.Ordinal)).Encode("abab"));
        Assert.Equal([3, 3], TinyTokenizers.Make(Model.Replace("IGNORE", "false", StringComparison.Ordinal)).Encode("abab"));
    }

    [Fact]
    public void PrefixAndSuffixMarkPlacesInTheWord()
    {
        const string Suffix = """{"type":"BPE","unk_token":"?","end_of_word_suffix":"</w>","vocab":{"?":0,"a":1,"b":2,"b</w>":3,"ab</w>":4,"a</w>":5},"merges":["a b</w>"]}""";
        Assert.Equal([4], TinyTokenizers.Make(Suffix).Encode("ab"));
        Assert.Equal([1, 2, 5], TinyTokenizers.Make(Suffix).Encode("aba"));
        const string Prefix = """{"type":"BPE","unk_token":"?","continuing_subword_prefix":"##","vocab":{"?":0,"a":1,"##b":2,"ab":3,"##a":4},"merges":["a ##b"]}""";
        Assert.Equal([3, 4], TinyTokenizers.Make(Prefix).Encode("aba"));
    }

    [Fact]
    public void MergesMayBePairsWithSpacesAndALaterDoubleCounts()
    {
        const string Model = """{"type":"BPE","vocab":{"a":0," ":1,"b":2,"a ":3," b":4},"merges":[["a"," "],[" ","b"],["a"," "]]}""";
        Assert.Equal([0, 4], TinyTokenizers.Make(Model).Encode("a b"));
    }

    /// <summary>The two ways to merge, and cutting before '▁', against merging by definition: scan, merge the best pair, repeat.</summary>
    [Theory]
    [InlineData("ab", 7)]
    [InlineData("abc▁", 40)]
    [InlineData("ab▁", 300)]
    public void EveryPathGivesWhatTheDefinitionGives(string alphabet, int length)
    {
        var random = new Random(length);
        for (var round = 0; round < 60; round++)
        {
            var pieces = alphabet.Select(c => c.ToString()).ToList();
            var merges = new List<(string Left, string Right)>();
            while (merges.Count < 12)
            {
                var pair = (pieces[random.Next(pieces.Count)], pieces[random.Next(pieces.Count)]);
                if (!pieces.Contains(pair.Item1 + pair.Item2) && (round % 2 == 0 || !pair.Item2.StartsWith('▁') || pair.Item1.EndsWith('▁')))
                {
                    merges.Add(pair);
                    pieces.Add(pair.Item1 + pair.Item2);
                }
            }

            var vocabulary = new Vocabulary([.. pieces.Select((piece, id) => (piece, id))]);
            var builder = new BpeBuilder(vocabulary, new BpeOptions { UnknownTokenPlace = "" }, merges.Count);
            Assert.All(merges, merge => Assert.True(builder.TryAdd(merge.Left, merge.Right)));
            var text = new string([.. Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            var ids = new List<int>();
            builder.Build().CreateEncoder().Encode(text, ids);
            Assert.Equal(ByDefinition(text, merges), ids.Select(id => vocabulary.Piece(id)!));
        }
    }

    private static List<string> ByDefinition(string text, List<(string Left, string Right)> merges)
    {
        var symbols = text.Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, Math.Max(0, symbols.Count - 1))
                .Select(i => (Rank: merges.IndexOf((symbols[i], symbols[i + 1])), At: i)).Where(pair => pair.Rank >= 0).DefaultIfEmpty((Rank: -1, At: -1)).Min();
            if (best.At < 0)
            {
                return symbols;
            }

            symbols[best.At] += symbols[best.At + 1];
            symbols.RemoveAt(best.At + 1);
        }
    }

    [Fact]
    public void TheCacheForgetsAndStaysRight()
    {
        var tokenizer = TinyTokenizers.Make(preTokenizer: """{"type":"WhitespaceSplit"}""");
        var letters = "helo";
        var words = Enumerable.Range(0, 70_000).Select(n => string.Concat(Enumerable.Range(0, 9).Select(place => letters[(n >> (2 * place)) & 3]))).ToArray();
        var together = tokenizer.Encode(string.Join(' ', words));
        Assert.Equal(words.Skip(69_000).SelectMany(word => TinyTokenizers.Make().Encode(word)), together.AsEnumerable().TakeLast(words.Skip(69_000).Sum(word => tokenizer.Encode(word).Length)));
    }
}
