using PainlessSteering.Engine;
using PainlessSteering.Engine.Weights.Kernels;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>Cross-entropy of a batch's targets, a bounded number of rows of logits at a time.</summary>
internal static class TargetLoss
{
    /// <summary>The sum over all targets.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">What left the last block, [rows, hidden size].</param>
    /// <param name="batch">Which rows should predict what.</param>
    /// <param name="logits">Logits computed at once, in elements.</param>
    public static double Of(CausalLM model, Tensor output, TrainingBatch batch, long logits)
    {
        var loss = 0.0;
        foreach (var (rows, targets) in Parts(model, output, batch, logits))
        {
            using var scope = NewDisposeScope();
            loss += Sum(model, output.index_select(0, rows), targets).cpu().item<float>();
        }

        return loss;
    }

    /// <summary>The same, and its gradient by the output.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">What left the last block, detached.</param>
    /// <param name="batch">Which rows should predict what.</param>
    /// <param name="divisor">The loss is divided by it.</param>
    /// <param name="logits">Logits computed at once, in elements.</param>
    public static (double Loss, Tensor Gradient) WithGradient(CausalLM model, Tensor output, TrainingBatch batch, int divisor, long logits)
    {
        var gradient = zeros_like(output);
        using TorchSharp.Scalar parts = divisor;
        var loss = 0.0;
        foreach (var (rows, targets) in Parts(model, output, batch, logits))
        {
            using var scope = NewDisposeScope();
            var hidden = output.index_select(0, rows).requires_grad_();
            var part = Sum(model, hidden, targets).div(parts);
            gradient.index_add_(0, rows, autograd.grad([part], [hidden])[0], Scalars.One);
            loss += part.cpu().item<float>();
        }

        return (loss, gradient);
    }

    private static Tensor Sum(CausalLM model, Tensor hidden, Tensor targets) =>
        nn.functional.cross_entropy(model.Logits(hidden), targets, reduction: nn.Reduction.Sum);

    private static IEnumerable<(Tensor Rows, Tensor Targets)> Parts(CausalLM model, Tensor output, TrainingBatch batch, long logits)
    {
        var atOnce = (int)Math.Max(1, logits / model.Config.VocabularySize);
        for (var from = 0; from < batch.Rows.Length; from += atOnce)
        {
            var end = Math.Min(from + atOnce, batch.Rows.Length);
            yield return (tensor(batch.Rows[from..end], device: output.device), tensor(batch.Targets[from..end], device: output.device));
        }
    }
}
