using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Weights.Kernels;
using PainlessSteering.Evaluation;
using static TorchSharp.torch;

namespace PainlessSteering.Training;

/// <summary>
/// The gradient of one step: workers compute those of its batches side by side, and they are added up in the order of the batches, so
/// that the number of workers changes nothing.
/// </summary>
internal sealed class StepGradients(LoraModel lora, TrainingMemory memory, EngineOptions engine)
{
    private readonly Workers _workers = new(lora.Model.Device, engine.Threads);
    private readonly GradientPass _pass = new(lora, memory);

    /// <param name="batches">Of the step.</param>
    /// <param name="seed">What is dropped.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The mean loss of all targets, and its gradient by each parameter.</returns>
    public (double Loss, IReadOnlyList<Tensor> Gradient) Of(IReadOnlyList<TrainingBatch> batches, long seed, CancellationToken cancellation)
    {
        var tokens = batches.Sum(batch => batch.Targets.Length);
        var parts = new (double Loss, Tensor[] Gradient)[batches.Count];
        try
        {
            _workers.Run(
                batches.Count,
                i =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    using var dropout = DropoutSeed.Use(VariantBuilder.Mix(seed, i));
                    var (loss, gradient) = _pass.Run(batches[i], tokens);
                    parts[i] = (loss, [.. gradient.Select(part => part.DetachFromDisposeScope())]);
                },
                gradients: true);
            var sum = parts[0].Gradient.Select(part => part.clone()).ToArray();
            foreach (var (_, gradient) in parts.Skip(1))
            {
                for (var p = 0; p < sum.Length; p++)
                {
                    sum[p].add_(gradient[p], Scalars.One);
                }
            }

            return (parts.Sum(part => part.Loss), sum);
        }
        finally
        {
            foreach (var tensor in parts.Where(part => part.Gradient is not null).SelectMany(part => part.Gradient))
            {
                tensor.Dispose();
            }
        }
    }
}
