using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>A weight [out, in] as it is held in memory, and the product of rows with it. Safe to use from several threads.</summary>
internal abstract class WeightForm : IDisposable
{
    /// <summary>Memory that it takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>The product, on the CPU and without gradients.</summary>
    /// <param name="rows">[…, in], of the type computed in.</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[…, out], of the same type.</returns>
    public Tensor Multiply(Tensor rows, Tensor? bias)
    {
        if (rows.dim() == 2)
        {
            return Product(rows, bias);
        }

        using var scope = NewDisposeScope();
        var product = Product(rows.reshape(-1, rows.size(-1)), bias);
        return product.view([.. rows.shape[..^1], product.size(1)]).MoveToOuterDisposeScope();
    }

    /// <summary>The weight as a plain tensor [out, in]: the held one where it is one of this type, else a copy.</summary>
    /// <param name="type">Floating-point type.</param>
    public abstract Tensor Restore(ScalarType type);

    /// <summary>Some outputs' rows of the weight, [n, in].</summary>
    /// <param name="outputs">Indices of the outputs.</param>
    /// <param name="type">Floating-point type.</param>
    public virtual Tensor Restore(Tensor outputs, ScalarType type) => Restore(type).index_select(0, outputs);

    public abstract void Dispose();

    /// <summary>The product of rows [n, in], which may be none: [n, out].</summary>
    protected abstract Tensor Product(Tensor rows, Tensor? bias);
}
