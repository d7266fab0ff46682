namespace PainlessSteering.Engine.Generation;

/// <summary>A part of a generation, as soon as it is certain.</summary>
/// <param name="Text">What follows the text so far; empty only in the last piece.</param>
/// <param name="Tokens">Ids of the tokens that were generated since the piece before; the end-of-sequence id is not among them.</param>
/// <param name="LogProbabilities">One for each of <paramref name="Tokens"/>; null where they were not asked for.</param>
/// <param name="Finish">Why the generation ended; null in all pieces but the last.</param>
public sealed record GeneratedPiece(string Text, IReadOnlyList<int> Tokens, IReadOnlyList<TokenLogProbability>? LogProbabilities, FinishReason? Finish);
