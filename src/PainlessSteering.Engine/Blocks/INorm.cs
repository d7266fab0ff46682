using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <summary>A norm over the last dimension of rows.</summary>
internal interface INorm
{
    /// <summary>What the elements of a normed row are multiplied by, [size]: a part of the weights, to be read only.</summary>
    Tensor Scale();

    /// <param name="rows">[…, size]; not written to.</param>
    /// <returns>The same shape and type, a fresh tensor.</returns>
    Tensor Forward(Tensor rows);
}
