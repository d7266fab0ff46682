using static TorchSharp.torch;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>
/// Gradients that a function of ours has handed to autograd, which holds them as long as it needs them. Our handles would hold each of
/// them until the end of the pass; so they are let go when the next ones are returned.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static Tensor?[]? returned;

    /// <summary>What a backward function returns; its dispose scope may end.</summary>
    /// <param name="given">What the function was given, and is done with.</param>
    /// <param name="gradients">One for each input.</param>
    public static List<Tensor> Of(Tensor given, params Tensor?[] gradients)
    {
        Release();
        given.Dispose();
        returned = gradients;
        foreach (var gradient in gradients)
        {
            gradient?.DetachFromDisposeScope();
        }

        return [.. gradients.Select(gradient => gradient!)];
    }

    /// <summary>Lets go of the last ones: the pass is over.</summary>
    public static void Release()
    {
        foreach (var gradient in returned ?? [])
        {
            gradient?.Dispose();
        }

        returned = null;
    }
}
