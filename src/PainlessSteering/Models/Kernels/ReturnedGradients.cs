using static TorchSharp.torch;

namespace PainlessSteering.Models.Kernels;

/// <summary>
/// Gradients that a function of ours has handed to autograd, which holds them as long as it needs them. Our handles would hold each of
/// them until the end of the pass; so they are let go when the next ones are returned.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static Tensor?[]? returned;

    /// <summary>What a backward function returns, one for each input; its dispose scope may end.</summary>
    public static List<Tensor> Of(params Tensor?[] gradients)
    {
        Release();
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
