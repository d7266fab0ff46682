namespace PainlessSteering.Engine.Blocks;

/// <summary>What the projections of an attention are called in its module.</summary>
/// <param name="Query">Of queries.</param>
/// <param name="Key">Of keys.</param>
/// <param name="Value">Of values.</param>
/// <param name="Output">Of what the heads saw.</param>
/// <param name="Fused">The one weight whose rows are query, key and value, in this order (Phi-3); null where each has its own.</param>
internal sealed record AttentionNames(string Query = "q_proj", string Key = "k_proj", string Value = "v_proj", string Output = "o_proj", string? Fused = null);
