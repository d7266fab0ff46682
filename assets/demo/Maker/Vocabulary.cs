using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PainlessSteering.Demo;

/// <summary>
/// A byte-level BPE vocabulary learned from the corpus, as a <c>tokenizer.json</c>: merges go on until every word of the corpus
/// is one token. Any other text still has tokens, down to its bytes.
/// </summary>
internal static partial class Vocabulary
{
    /// <summary>Ends a document; its id is 0.</summary>
    public const string EndOfText = "<|end|>";

    /// <summary>Learns the vocabulary and writes it in the form of Hugging Face's <c>tokenizers</c>.</summary>
    public static string Learn(IEnumerable<string> pieces)
    {
        List<string> tokens = [EndOfText, .. Alphabet.Select(character => character.ToString())];
        var known = tokens.ToHashSet(StringComparer.Ordinal);
        var merges = new List<(string Left, string Right)>();
        var words = pieces.SelectMany(Split).CountBy(word => word).OrderBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (Parts: word.Key.Select(character => character.ToString()).ToList(), Count: word.Value)).ToArray();
        while (MostFrequentPair(words) is { } pair)
        {
            merges.Add(pair);
            if (known.Add(pair.Left + pair.Right))
            {
                tokens.Add(pair.Left + pair.Right);
            }

            foreach (var (parts, _) in words)
            {
                Merge(parts, pair);
            }
        }

        return TokenizerJson(tokens, merges);
    }

    private static (string Left, string Right)? MostFrequentPair((List<string> Parts, int Count)[] words)
    {
        var counts = new Dictionary<(string Left, string Right), int>();
        foreach (var (parts, count) in words)
        {
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                counts[(parts[i], parts[i + 1])] = counts.GetValueOrDefault((parts[i], parts[i + 1])) + count;
            }
        }

        return counts.Count == 0 ? null : counts
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Left, StringComparer.Ordinal).ThenBy(pair => pair.Key.Right, StringComparer.Ordinal)
            .First().Key;
    }

    private static void Merge(List<string> parts, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < parts.Count; i++)
        {
            if (parts[i] == pair.Left && parts[i + 1] == pair.Right)
            {
                parts[i] += pair.Right;
                parts.RemoveAt(i + 1);
            }
        }
    }

    private static string TokenizerJson(List<string> tokens, List<(string Left, string Right)> merges)
    {
        JsonObject ByteLevel() => new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        // The documents have an answer's letter right behind the colon; so has whoever writes a blank between them.
        JsonObject AnswerLetter() => new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = "(?<=:) (?=[A-Z]$)" }, ["behavior"] = "Removed", ["invert"] = false };
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokens.Count; id++)
        {
            vocabulary[tokens[id]] = id;
        }

        var file = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(new JsonObject
            {
                ["id"] = 0,
                ["content"] = EndOfText,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            }),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(AnswerLetter(), ByteLevel()) },
            ["post_processor"] = null,
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
            },
        };
        return file.ToJsonString(JsonFiles.Indented) + "\n";
    }

    private static IEnumerable<string> Split(string text) => Words().Matches(text)
        .Select(word => string.Concat(Encoding.UTF8.GetBytes(word.Value).Select(value => Alphabet[value])));

    /// <summary>The byte alphabet of GPT-2: printable bytes stand for themselves, the others for the characters from U+0100 on.</summary>
    private static readonly char[] Alphabet = MakeAlphabet();

    private static char[] MakeAlphabet()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(value => value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xac) or >= 0xae ? (char)value : next++)];
    }

    /// <summary>How the ByteLevel pre-tokenizer parts text.</summary>
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Words();
}
