using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>What the gated delta rule takes of each row, all in float32.</summary>
/// <param name="Queries">[rows, key heads, key size], normalised and scaled.</param>
/// <param name="Keys">[rows, key heads, key size], normalised.</param>
/// <param name="Values">[rows, heads, value size]; neighbouring heads share a key head.</param>
/// <param name="LogDecays">[rows, heads]: logarithm of what is left of the state, at most 0.</param>
/// <param name="Rates">[rows, heads]: which part of the difference to the value is written.</param>
internal readonly record struct DeltaRows(Tensor Queries, Tensor Keys, Tensor Values, Tensor LogDecays, Tensor Rates)
{
    /// <summary>Some rows that are neighbours, as views.</summary>
    public DeltaRows Narrow(long first, long count) => new(
        Queries.narrow(0, first, count), Keys.narrow(0, first, count), Values.narrow(0, first, count), LogDecays.narrow(0, first, count), Rates.narrow(0, first, count));
}
