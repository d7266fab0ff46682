using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A root-mean-square norm.</summary>
/// <param name="Name">Name of the module.</param>
/// <param name="Epsilon">Added to the mean square.</param>
/// <param name="AddsOne">Multiplies by 1 + weight (Gemma, Qwen3-Next).</param>
internal sealed record RmsNormPlan(string Name, double Epsilon, bool AddsOne = false) : NormPlan(Name)
{
    /// <inheritdoc/>
    public override long Parameters(int size) => size;

    /// <inheritdoc/>
    public override INorm Load(WeightSource weights, string name, int size) => new RmsNorm(weights.Take($"{name}.weight", size), Epsilon, AddsOne);
}
