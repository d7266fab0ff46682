using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// What the rows of a pass see, for autograd: forward as without gradients, and of what was made on the way nothing is kept. The weights are computed a
/// second time, which is one product of five (as in Dao et al., FlashAttention, 2022).
/// </summary>
internal sealed class AttentionFunction : SingleTensorFunction<AttentionFunction>
{
    private const string Kept = "kept";

    /// <inheritdoc/>
    public override string Name => nameof(AttentionFunction);

    /// <param name="queries">[rows that go on, heads, head size], rotated and scaled.</param>
    /// <param name="keys">[rows, key heads, head size], rotated.</param>
    /// <param name="values">[rows, key heads, head size]</param>
    /// <param name="gradient">Computes the same both ways.</param>
    /// <returns>[rows that go on, heads x head size]</returns>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values, AttentionGradient gradient) => apply(queries, keys, values, gradient);

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext context, params object[] inputs)
    {
        using var mode = no_grad();
        var (queries, keys, values, attention) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2], (AttentionGradient)inputs[3]);
        context.save_data(Kept, (new KeptTensors(queries, keys, values), attention));
        return attention.Forward(queries, keys, values);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext context, Tensor gradient)
    {
        using var mode = no_grad();
        var (kept, attention) = ((KeptTensors, AttentionGradient))context.get_data(Kept);
        using var operands = kept;
        using var plain = gradient.contiguous();
        var (byQueries, byKeys, byValues) = attention.Back(operands[0], operands[1], operands[2], plain);
        return ReturnedGradients.Of(gradient, byQueries, byKeys, byValues, null);
    }
}
