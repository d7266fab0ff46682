namespace PainlessSteering.Engine.Generation;

/// <summary>How likely the model found a token: by its logits as they are, steered, before temperature, penalty and truncation.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Natural logarithm of the probability.</param>
/// <param name="Top">The likeliest tokens in its place, the likeliest first; as many as were asked for.</param>
public sealed record TokenLogProbability(int Token, double LogProbability, IReadOnlyList<TokenChance> Top);

/// <summary>A token that could have come.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Natural logarithm of its probability.</param>
public sealed record TokenChance(int Token, double LogProbability);
