using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Blocks;

/// <inheritdoc cref="ShortConvolutionPlan"/>
internal sealed class ShortConvolution(ShortConvolutionPlan plan, PartSource source) : ITokenMixer
{
    private readonly int _size = source.HiddenSize;
    private readonly Linear _input = source.Linear("in_proj", 3 * source.HiddenSize, source.HiddenSize, plan.Bias);
    private readonly PackedConvolution _convolution = new(source.Tensor("conv.weight", ScalarType.Float32, source.HiddenSize, 1, plan.Taps), source.Layer, isActivated: false);
    private readonly Tensor? _bias = plan.Bias ? source.Tensor("conv.bias", ScalarType.Float32, source.HiddenSize) : null;
    private readonly Linear _output = source.Linear("out_proj", source.HiddenSize, source.HiddenSize, plan.Bias);

    /// <inheritdoc/>
    public ILayerState NewState(int capacity) => new RecurrentState(zeros([plan.Taps - 1, _size], source.DataType, source.Device));

    /// <inheritdoc/>
    public Tensor Forward(ForwardPass pass, Tensor normed, bool leavesOnly)
    {
        var projected = _input.Forward(normed);
        var convolved = _convolution.Forward(pass, projected.narrow(1, 0, _size) * projected.narrow(1, 2 * _size, _size));
        var gates = projected.narrow(1, _size, _size);
        if (leavesOnly)
        {
            (convolved, gates) = (pass.Layout.WithoutTokens(convolved), pass.Layout.WithoutTokens(gates));
        }

        var summed = _bias is null ? convolved : convolved.add(_bias, Scalars.One);
        return _output.Forward((summed * gates.to(ScalarType.Float32)).to(normed.dtype));
    }
}
