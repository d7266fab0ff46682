using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>Root-mean-square norm over the last dimension, computed in float32 whatever the type of the rows.</summary>
internal sealed class RmsNorm(Tensor weight, double epsilon, bool addsOne = false) : INorm
{
    private readonly TorchSharp.Scalar _size = weight.size(0), _epsilon = epsilon;

    /// <inheritdoc/>
    public Tensor Scale() => addsOne ? weight.add(Scalars.One, Scalars.One) : weight.alias();

    /// <inheritdoc/>
    public Tensor Forward(Tensor rows)
    {
        var gradients = Libtorch.AsksForGradients(rows);
        if (NormKernel.Takes(rows, weight, gradients))
        {
            return gradients ? NormFunction.Of(rows, weight, (float)epsilon, addsOne) : NormKernel.Run(rows, weight, (float)epsilon, addsOne);
        }

        using var scope = NewDisposeScope();
        var wide = rows.to(ScalarType.Float32);
        var norm = wide.norm(-1, true);
        var meanSquare = (norm * norm).div_(_size);
        var unit = wide * meanSquare.add_(_epsilon, Scalars.One).rsqrt_();
        return (addsOne ? unit.mul_(weight.to(ScalarType.Float32).add(Scalars.One, Scalars.One)).to(rows.dtype) : unit.to(rows.dtype).mul_(weight)).MoveToOuterDisposeScope();
    }
}
