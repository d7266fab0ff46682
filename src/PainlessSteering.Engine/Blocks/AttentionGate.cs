namespace PainlessSteering.Engine.Blocks;

/// <summary>What a head sees is multiplied by the sigmoid of a gate before the output projection.</summary>
/// <param name="Name">Name of the map to the gate; null where the query projection has the gate's rows behind those of each head (Qwen3-Next).</param>
/// <param name="IsOfHead">A gate is one number for a head, and not one for each of its elements (Step 3.5).</param>
internal sealed record AttentionGate(string? Name = null, bool IsOfHead = false);
