namespace PainlessSteering.Text.Vocabularies;

/// <summary>Remembers the ids of words already seen. Bounded: when it is full it starts anew, so that it follows the text.</summary>
internal sealed class WordCache
{
    private const int MostWords = 1 << 16;
    private const int LongestWord = 64;
    private readonly TextTable words = new(0);

    /// <summary>For every word, the number of its ids and then the ids.</summary>
    private readonly List<int> known = [];

    public bool TryAppend(ReadOnlySpan<char> word, List<int> ids)
    {
        if (word.Length > LongestWord || !words.TryGet(word, out var start))
        {
            return false;
        }

        for (int i = start + 1, end = i + known[start]; i < end; i++)
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

        words.Set(word.ToString(), known.Count);
        known.Add(ids.Count - start);
        for (var i = start; i < ids.Count; i++)
        {
            known.Add(ids[i]);
        }
    }
}
