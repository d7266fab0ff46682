using System.Text.Json.Serialization;

namespace PainlessSteering.Engine.Generation;

/// <summary>A finished generation.</summary>
/// <param name="Text">The text that follows the prompt; it ends before a stop string.</param>
/// <param name="Tokens">Ids of the generated tokens, those of a stop string among them, the end-of-sequence id not.</param>
/// <param name="FinishReason">Why it ended.</param>
/// <param name="LogProbabilities">One for each token; null where they were not asked for.</param>
public sealed record GeneratedText(
    string Text,
    IReadOnlyList<int> Tokens,
    FinishReason FinishReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TokenLogProbability>? LogProbabilities = null)
{
    /// <summary>Reads a generation to its end.</summary>
    /// <param name="pieces">The whole generation, as <see cref="GenerationEngine.StreamAsync"/> gives it.</param>
    /// <param name="onPiece">Given each piece as it comes.</param>
    public static async Task<GeneratedText> JoinAsync(IAsyncEnumerable<GeneratedPiece> pieces, Action<GeneratedPiece>? onPiece = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var all = new List<GeneratedPiece>();
        await foreach (var piece in pieces.ConfigureAwait(false))
        {
            onPiece?.Invoke(piece);
            all.Add(piece);
        }

        return Join(all);
    }

    /// <summary>Puts the pieces of a whole generation together.</summary>
    internal static GeneratedText Join(IReadOnlyList<GeneratedPiece> pieces) => new(
        string.Concat(pieces.Select(piece => piece.Text)),
        [.. pieces.SelectMany(piece => piece.Tokens)],
        pieces[^1].Finish!.Value,
        pieces[^1].LogProbabilities is null ? null : [.. pieces.SelectMany(piece => piece.LogProbabilities!)]);
}

/// <summary>Why a generation ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FinishReason>))]
public enum FinishReason
{
    /// <summary>The model ended the sequence, or a stop string came.</summary>
    [JsonStringEnumMemberName("stop")] Stop,

    /// <summary>As many tokens as were asked for.</summary>
    [JsonStringEnumMemberName("length")] Length,

    /// <summary>The model's context is full, or the engine's memory for one sequence.</summary>
    [JsonStringEnumMemberName("context")] Context,
}
