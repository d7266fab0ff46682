using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights;

/// <summary>Changes the product of a linear map while an adapter is being trained; models know training only as this interface.</summary>
internal interface ILinearAdaptation
{
    /// <param name="rows">What goes into the map, [rows, in].</param>
    /// <param name="linear">The map, whose own product is had without the adaptation.</param>
    /// <returns>[rows, out], of the rows' type.</returns>
    Tensor Product(Tensor rows, Linear linear);
}
