namespace PainlessSteering.Engine.Blocks;

/// <summary>What the projections of a gated MLP are called in its module.</summary>
/// <param name="Gate">Of the gate.</param>
/// <param name="Up">Of what is gated.</param>
/// <param name="Down">Back to the hidden size.</param>
/// <param name="Fused">The one weight whose rows are gate and up, in this order (Phi-3); null where each has its own.</param>
internal sealed record MlpNames(string Gate = "gate_proj", string Up = "up_proj", string Down = "down_proj", string? Fused = null);
