namespace PainlessSteering.Engine.Blocks;

/// <summary>How far back a token sees.</summary>
/// <param name="Window">Tokens that it sees, itself included; null for all.</param>
/// <param name="Chunk">Tokens of a chunk, of which it sees those before itself and none of other chunks (Llama 4); null for none.</param>
internal readonly record struct AttentionReach(int? Window, int? Chunk = null)
{
    /// <summary>How many tokens the one at a position sees, itself included.</summary>
    public int Of(int position) => Chunk is { } chunk ? (position % chunk) + 1 : Math.Min(position + 1, Window ?? int.MaxValue);

    /// <summary>How many tokens from a position on see each other, were each to see all before it.</summary>
    public int Together(int position) => Chunk is { } chunk ? chunk - (position % chunk) : int.MaxValue;

    /// <summary>What of a position decides among <see cref="Of"/> for it and the next ones, but that there are few before the first ones.</summary>
    public int Phase(int position) => Chunk is { } chunk ? position % chunk : 0;
}
