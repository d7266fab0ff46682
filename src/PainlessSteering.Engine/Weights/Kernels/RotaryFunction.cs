using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Rotary positions for autograd: <see cref="RotaryKernel"/> there and back.</summary>
internal sealed class RotaryFunction : SingleTensorFunction<RotaryFunction>
{
    private const string Kept = "kept";

    /// <inheritdoc/>
    public override string Name => nameof(RotaryFunction);

    /// <param name="heads">[rows, heads, head size]; such that <see cref="RotaryKernel.Takes"/>, and not written to.</param>
    /// <param name="angles">Cosines and sines.</param>
    /// <param name="factor">1 for none.</param>
    public static Tensor Of(Tensor heads, (Tensor Cosine, Tensor Sine) angles, float factor) => apply(heads, angles.Cosine, angles.Sine, factor);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        using var mode = no_grad();
        var (cosine, sine, factor) = ((Tensor)inputs[1], (Tensor)inputs[2], (float)inputs[3]);
        context.save_data(Kept, (new KeptTensors(cosine, sine), factor));
        return Turned((Tensor)inputs[0], (cosine, sine), factor, back: false);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        var (kept, factor) = ((KeptTensors, float))context.get_data(Kept);
        using var angles = kept;
        return ReturnedGradients.Of(gradient, Turned(gradient, (angles[0], angles[1]), factor, back: true), null, null, null);
    }

    private static Tensor Turned(Tensor heads, (Tensor Cosine, Tensor Sine) angles, float factor, bool back)
    {
        var turned = empty(heads.shape, heads.dtype, heads.device).copy_(heads);
        RotaryKernel.Rotate(turned, angles, factor, back);
        return turned;
    }
}
