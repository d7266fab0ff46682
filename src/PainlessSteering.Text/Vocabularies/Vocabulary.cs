using System.Runtime.CompilerServices;
using System.Text.Json;

namespace PainlessSteering.Text.Vocabularies;

/// <summary>Pieces and their ids, both ways.</summary>
internal sealed class Vocabulary
{
    /// <summary>Ids past this are taken for a mistake in the file: the table of pieces would not fit into memory.</summary>
    public const int LargestId = 20_000_000;

    /// <summary>Pieces of a file. The largest published have three hundred thousand.</summary>
    public const int MostPieces = 1_000_000;

    /// <summary>Characters of what stands before or behind a piece. Published files have two or four.</summary>
    private const int LongestAffix = 100;

    private readonly TextTable ids;
    private readonly string?[] pieces;

    public Vocabulary(IReadOnlyCollection<(string Piece, int Id)> entries)
    {
        ids = new TextTable(entries.Count);
        pieces = new string?[entries.Count == 0 ? 0 : entries.Max(entry => entry.Id) + 1];
        foreach (var (piece, id) in entries)
        {
            ids.Set(piece, id);
            pieces[id] = piece;
        }
    }

    /// <summary>The number of pieces, which may be less than the largest id.</summary>
    public int Count => ids.Count;

    /// <summary>Largest id + 1.</summary>
    public int Size => pieces.Length;

    /// <summary>Reads a JSON object of piece to id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Vocabulary Read(JsonPart part)
    {
        if (part.Value.ValueKind != JsonValueKind.Object)
        {
            throw part.Error("wrong kind of value", "an object of pieces and their ids");
        }

        var entries = new List<(string Piece, int Id)>();
        try
        {
            foreach (var property in part.Value.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.Number || !property.Value.TryGetInt32(out var id) || id is < 0 or > LargestId)
                {
                    throw part.Error($"the id of '{property.Name}' is wrong", $"an integer from 0 to {LargestId}", property.Value.GetRawText());
                }

                entries.Add((property.Name, id));
                if (entries.Count > MostPieces)
                {
                    throw part.Error("the vocabulary is too large", $"at most {MostPieces} pieces");
                }
            }
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
        {
            throw part.Error("a piece is not valid Unicode");
        }

        var vocabulary = new Vocabulary(entries);
        return vocabulary.Count == entries.Count ? vocabulary : throw part.Error($"the piece '{entries.GroupBy(entry => entry.Piece, StringComparer.Ordinal).First(group => group.Skip(1).Any()).Key}' stands twice");
    }

    /// <summary>What stands before or behind the pieces of a word; null where nothing does.</summary>
    /// <exception cref="PasException">It is no text, or far too long: it is written anew for every character.</exception>
    public static string? Affix(JsonPart part) => part.OptionalText() is not { Length: > LongestAffix } and var text
        ? text
        : throw part.Error("the text is too long", $"at most {LongestAffix} characters");

    public int? IdOf(ReadOnlySpan<char> piece) => ids.TryGet(piece, out var id) ? id : null;

    public bool TryGetId(ReadOnlySpan<char> piece, out int id) => ids.TryGet(piece, out id);

    public string? Piece(int id) => (uint)id < (uint)pieces.Length ? pieces[id] : null;
}
