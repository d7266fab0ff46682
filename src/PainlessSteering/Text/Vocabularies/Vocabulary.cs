namespace PainlessSteering.Text.Vocabularies;

/// <summary>Pieces and their ids, both ways.</summary>
internal sealed class Vocabulary
{
    /// <summary>Ids at or past this are taken as a mistake in the file: the table of pieces would not fit into memory.</summary>
    public const int LargestId = 50_000_000;

    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> byText;
    private readonly string?[] pieces;

    public Vocabulary(IReadOnlyCollection<KeyValuePair<string, int>> entries)
    {
        ids = new Dictionary<string, int>(entries.Count, StringComparer.Ordinal);
        pieces = new string?[entries.Count == 0 ? 0 : entries.Max(entry => entry.Value) + 1];
        foreach (var (piece, id) in entries)
        {
            ids[piece] = id;
            pieces[id] = piece;
        }

        byText = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads a JSON object of piece to id.</summary>
    public static Vocabulary Read(JsonPart part)
    {
        if (part.Value.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            throw part.Error("wrong kind of value", "an object of pieces and their ids");
        }

        var entries = new List<KeyValuePair<string, int>>();
        try
        {
            foreach (var property in part.Value.EnumerateObject())
            {
                if (property.Value.ValueKind != System.Text.Json.JsonValueKind.Number || !property.Value.TryGetInt32(out var id) || id is < 0 or > LargestId)
                {
                    throw part.Error($"the id of '{property.Name}' is wrong", $"an integer from 0 to {LargestId}", property.Value.GetRawText());
                }

                entries.Add(new(property.Name, id));
            }
        }
        catch (InvalidOperationException)
        {
            throw part.Error("a piece is not valid Unicode");
        }

        return new Vocabulary(entries);
    }

    /// <summary>The number of pieces, which may be less than the largest id.</summary>
    public int Count => ids.Count;

    /// <summary>Largest id + 1.</summary>
    public int Size => pieces.Length;

    public IEnumerable<KeyValuePair<string, int>> Entries => ids;

    public int? IdOf(ReadOnlySpan<char> piece) => byText.TryGetValue(piece, out var id) ? id : null;

    public bool TryGetId(ReadOnlySpan<char> piece, out int id) => byText.TryGetValue(piece, out id);

    public string? Piece(int id) => (uint)id < (uint)pieces.Length ? pieces[id] : null;
}
