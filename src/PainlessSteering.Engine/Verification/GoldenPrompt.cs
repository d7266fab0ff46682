namespace PainlessSteering.Engine.Verification;

/// <summary>One prompt of a golden.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Ids">Token ids.</param>
/// <param name="Text">The text that they are of; null where the golden does not say.</param>
/// <param name="Noise">How far logits move where the embeddings move by 1e-7; 0 where the golden does not say.</param>
/// <param name="Greedy">The best next tokens, one after the other.</param>
/// <param name="Steered">By site the block and the strength of the steered logits.</param>
internal sealed record GoldenPrompt(
    int Index, int[] Ids, string? Text, double Noise, int[] Greedy, IReadOnlyDictionary<string, (int Layer, double Strength)> Steered)
{
    /// <summary>Where it is, for people.</summary>
    public string Where => FormattableString.Invariant($"prompt {Index}");
}
