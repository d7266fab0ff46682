using PainlessSteering.Text.Normalizers;
using PainlessSteering.Text.Vocabularies;

namespace PainlessSteering.Text;

/// <summary>The tokens on top of a model's vocabulary: their ids, which are special, and how they are found.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> tokens = [];
    private readonly List<int> order = [];
    private readonly HashSet<string> special = new(StringComparer.Ordinal);

    /// <summary>A token takes its id from the model's vocabulary, or the next free one: the file's own 'id' does not count, as in Hugging Face.</summary>
    public AddedVocabulary(IEnumerable<AddedToken> added, Vocabulary vocabulary, INormalizer? normalizer)
    {
        var nextId = vocabulary.Count;
        foreach (var token in added.Where(token => token.Content.Length > 0))
        {
            if (!ids.TryGetValue(token.Content, out var id))
            {
                id = vocabulary.IdOf(token.Content) ?? nextId;
                nextId = Math.Max(nextId, id + 1);
            }

            ids[token.Content] = id;
            if (!tokens.ContainsKey(id))
            {
                order.Add(id);
            }

            tokens[id] = token;
            if (token.Special)
            {
                special.Add(token.Content);
            }
        }

        using var budget = new TextBudget(tokens.Values.Sum(token => (long)token.Content.Length));
        Raw = Matcher(normalized: false, token => token.Content);
        Normalized = Matcher(normalized: true, token => normalizer?.Run(token.Content) ?? token.Content);
    }

    /// <summary>Finds the tokens that are looked for in the text as it came; null where there are none.</summary>
    public AddedTokenMatcher? Raw { get; }

    /// <summary>Finds the tokens that are looked for in the normalised text; null where there are none.</summary>
    public AddedTokenMatcher? Normalized { get; }

    /// <summary>Largest id + 1; 0 where there are none.</summary>
    public int Size => order.Count == 0 ? 0 : order.Max() + 1;

    /// <summary>Every token, in the order in which they were added.</summary>
    public IEnumerable<AddedToken> Tokens => order.Select(id => tokens[id]);

    /// <summary>Ids of the special tokens, in order.</summary>
    public IReadOnlyList<int> SpecialIds => [.. order.Where(id => special.Contains(tokens[id].Content)).Order()];

    public int? IdOf(string content) => ids.TryGetValue(content, out var id) ? id : null;

    public string? Content(int id) => tokens.GetValueOrDefault(id)?.Content;

    public bool IsSpecial(string content) => special.Contains(content);

    private AddedTokenMatcher? Matcher(bool normalized, Func<AddedToken, string> content)
    {
        // Where two are looked for as the same string, special ones come first, then earlier ones.
        var entries = order.Select(id => (Content: content(tokens[id]), Token: tokens[id], Id: id))
            .Where(entry => entry.Token.Normalized == normalized).OrderByDescending(entry => entry.Token.Special).ToArray();
        return entries.Length == 0 ? null : new AddedTokenMatcher(entries);
    }
}
