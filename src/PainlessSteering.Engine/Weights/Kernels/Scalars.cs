using TorchSharp;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Numbers for operators, one object each. TorchSharp does not keep a number that it makes on the way alive until libtorch has
/// read it, and so, rarely and on a busy machine, libtorch would read freed memory; a number that is kept cannot be lost.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0, One = 1, MinusOne = -1, MinusInfinity = float.NegativeInfinity;
}
