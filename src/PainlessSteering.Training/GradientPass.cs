using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// Loss and gradients of one batch. The blocks are run in groups: a group's activations are kept only while its gradients are
/// computed, and what goes into a lower group is kept to run it a second time. With one group nothing is run twice; with one for
/// each block the activations of a single block are alive (Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016).
/// </summary>
/// <param name="lora">The model and what is trained.</param>
/// <param name="memory">How much a batch may keep.</param>
internal sealed class GradientPass(LoraModel lora, TrainingMemory memory)
{
    private readonly CausalLM _model = lora.Model;

    /// <summary>Runs on a thread that computes gradients, in a dispose scope of the caller's.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="tokens">Targets of all batches of the step, over which the loss is averaged.</param>
    /// <returns>This batch's share of the loss, and the gradients of the model's parameters.</returns>
    public (double Loss, Tensor[] Gradients) Run(TrainingBatch batch, int tokens)
    {
        using var scope = NewDisposeScope();
        var starts = Starts(memory.Blocks(lora, batch.Packed));
        var inputs = Inputs(batch, starts);
        var gradients = new List<Tensor>();
        Tensor? fromAbove = null;
        var loss = 0.0;
        for (var group = starts.Count - 1; group >= 0; group--)
        {
            var (first, end) = (starts[group], group + 1 < starts.Count ? starts[group + 1] : _model.Config.Layers);
            using var inner = NewDisposeScope();
            var input = inputs[group].detach().requires_grad_(group > 0);
            using var pass = new ForwardPass(batch.Packed, null, null);
            _model.Begin(pass);
            var output = Blocks(pass, input, first, end, batch.LeavesOnly);
            if (fromAbove is null)
            {
                (loss, fromAbove) = TargetLoss.WithGradient(_model, output.detach(), batch, tokens, memory.Logits);
            }

            var parameters = lora.ParametersOf(first, end);
            var all = autograd.grad([output], group > 0 ? [.. parameters, input] : [.. parameters], [fromAbove!], allow_unused: true);
            ReturnedGradients.Release();
            gradients.InsertRange(0, parameters.Select((parameter, i) => (all[i].IsInvalid ? zeros_like(parameter) : all[i]).MoveToOuterDisposeScope()));
            fromAbove = group > 0 ? all[^1].MoveToOuterDisposeScope() : null;
        }

        return (loss, [.. gradients.Select(gradient => gradient.MoveToOuterDisposeScope())]);
    }

    /// <summary>The first block of each group. The uppermost group, which need not be run twice, is a whole one.</summary>
    private List<int> Starts(int blocks)
    {
        var starts = new List<int>();
        for (var layer = _model.Config.Layers - blocks; layer > lora.FirstLayer; layer -= blocks)
        {
            starts.Insert(0, layer);
        }

        starts.Insert(0, lora.FirstLayer);
        return starts;
    }

    /// <summary>What goes into each group of blocks, computed without gradients.</summary>
    private List<Tensor> Inputs(TrainingBatch batch, List<int> starts)
    {
        using var mode = no_grad();
        using var pass = new ForwardPass(batch.Packed, null, null);
        var stream = _model.Embed(pass);
        var inputs = new List<Tensor>();
        for (var layer = 0; layer < starts[^1]; layer++)
        {
            var input = stream;
            stream = _model.RunBlock(pass, layer, input, leavesOnly: false);
            if (starts.Contains(layer))
            {
                inputs.Add(input);
            }
            else
            {
                input.Dispose();
            }
        }

        inputs.Add(stream);
        return inputs;
    }

    private Tensor Blocks(ForwardPass pass, Tensor stream, int first, int end, bool leavesOnly)
    {
        for (var layer = first; layer < end; layer++)
        {
            stream = _model.RunBlock(pass, layer, stream, leavesOnly && layer == _model.Config.Layers - 1);
        }

        return stream;
    }
}
