using PainlessSteering.Engine.Sources;
using TorchSharp;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A root-mean-square norm.</summary>
/// <param name="Name">Name of the module.</param>
/// <param name="Epsilon">Added to the mean square.</param>
/// <param name="AddsOne">Multiplies by 1 + weight (Gemma, Qwen3-Next).</param>
internal sealed record RmsNormPlan(string Name, double Epsilon, bool AddsOne = false) : NormPlan(Name)
{
    /// <summary>Rows are multiplied by a weight; else they are as long as the norm made them (Llama 4, Gemma 4).</summary>
    public bool HasWeight { get; init; } = true;

    /// <inheritdoc/>
    public override long Parameters(int size) => HasWeight ? size : 0;

    /// <inheritdoc/>
    public override INorm Load(WeightSource weights, string name, int size) =>
        new RmsNorm(HasWeight ? weights.Take($"{name}.weight", size) : torch.ones(size, weights.DataType, weights.Device).DetachFromDisposeScope(), Epsilon, AddsOne);
}
