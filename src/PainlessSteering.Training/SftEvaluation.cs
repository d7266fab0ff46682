using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Evaluation;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Training;

/// <summary>Loss and answers of a model, adapted or not, on one part of the data.</summary>
/// <param name="model">The model.</param>
/// <param name="engine">How much of the machine may be used.</param>
internal sealed class SftEvaluation(CausalLM model, EngineOptions engine)
{
    /// <summary>Bytes that a training holds meanwhile, which count against the budget.</summary>
    public long Held { get; set; }


    /// <summary>Mean cross-entropy of the responses' tokens.</summary>
    public double Loss(IReadOnlyList<SftExample> examples, CancellationToken cancellation)
    {
        var longest = examples.Max(example => example.Tokens.Length);
        var batches = TrainingBatch.Plan(examples, int.MaxValue, engine.Fill(model, longest, Held).RowsPerPass);
        var logits = TrainingMemory.MostLogits / (engine.Memory is null ? 1 : 8);
        var losses = new double[batches.Count];
        new Workers(model.Device, engine.Threads).Run(batches.Count, i =>
        {
            cancellation.ThrowIfCancellationRequested();
            losses[i] = TargetLoss.Of(model, model.ForwardAll(batches[i].Packed, batches[i].LeavesOnly), batches[i], logits);
        });
        return losses.Sum() / examples.Sum(example => example.ResponseLength);
    }

    /// <summary>Positions of the choices that the model answers with.</summary>
    public int[] Answers(ChoiceSet items, CancellationToken cancellation)
    {
        var runner = new PromptRunner(model, engine);
        runner.Hold(Held);
        return new GridSweep(model, runner, Scorer.Letter).Run(items.Prompts, [], null, null, cancellation).Predictions(null);
    }
}
