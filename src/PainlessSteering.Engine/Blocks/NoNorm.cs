using PainlessSteering.Engine.Sources;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>No norm, where other families have one: a part takes the residual stream as it is (OLMo 2, EXAONE 4).</summary>
internal sealed record NoNorm() : NormPlan("")
{
    /// <inheritdoc/>
    public override long Parameters(int size) => 0;

    /// <inheritdoc/>
    public override INorm Load(WeightSource weights, string name, int size) => new Unchanged(size, weights.Device);

    private sealed class Unchanged(int size, Device device) : INorm
    {
        public Tensor Scale() => ones(size, device: device);

        public Tensor Forward(Tensor rows) => rows.clone();
    }
}
