namespace PainlessSteering.Text.Vocabularies;

/// <summary>Remembers the ids of words already seen. Bounded: when it is full it starts anew, so that it follows the text.</summary>
internal sealed class WordCache
{
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;
    private readonly Dictionary<string, (int Start, int Count)> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Start, int Count)>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly List<int> known = [];

    public WordCache() => byText = words.GetAlternateLookup<ReadOnlySpan<char>>();

    public bool TryAppend(ReadOnlySpan<char> word, List<int> ids)
    {
        if (!byText.TryGetValue(word, out var range))
        {
            return false;
        }

        for (var i = range.Start; i < range.Start + range.Count; i++)
        {
            ids.Add(known[i]);
        }

        return true;
    }

    /// <summary>Remembers that the ids from <paramref name="start"/> on are those of the word.</summary>
    public void Add(ReadOnlySpan<char> word, List<int> ids, int start)
    {
        if (word.Length > LongestWord)
        {
            return;
        }

        if (words.Count == MostWords)
        {
            words.Clear();
            known.Clear();
        }

        byText[word] = (known.Count, ids.Count - start);
        for (var i = start; i < ids.Count; i++)
        {
            known.Add(ids[i]);
        }
    }
}
