using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Starts;

/// <summary>
/// The part of a matrix that some of its singular components make up. Decomposed in the matrix's own type, as PEFT does it: where two singular values are
/// close, the rounding of the decomposition decides a part of the result, and the adapter was trained on what PEFT's gave.
/// </summary>
internal static class SingularComponents
{
    /// <param name="matrix">[rows, columns]</param>
    /// <param name="count">How many components; all where there are fewer.</param>
    /// <param name="largest">Those of the largest singular values, or of the smallest.</param>
    /// <returns>Of the matrix's shape and type, in the caller's dispose scope.</returns>
    public static Tensor Of(Tensor matrix, int count, bool largest)
    {
        using var scope = NewDisposeScope();
        var (u, values, v) = linalg.svd(matrix, fullMatrices: false); // By descending values.
        var used = Math.Min(count, values.size(0));
        var from = largest ? 0 : values.size(0) - used;
        var part = matmul(u.narrow(1, from, used).mul(values.narrow(0, from, used)), v.narrow(0, from, used));
        return part.MoveToOuterDisposeScope();
    }
}
