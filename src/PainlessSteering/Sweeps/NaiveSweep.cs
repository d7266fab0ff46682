using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;
using static TorchSharp.torch;

namespace PainlessSteering.Sweeps;

/// <summary>
/// One full forward pass for every prompt and candidate, as the released code does it. Slow: it is the oracle that
/// <see cref="GridSweep"/> is tested and timed against.
/// </summary>
internal sealed class NaiveSweep(CausalLM model, EngineOptions options, Scorer scorer) : ISweep
{
    // A batch of at most one row is a batch of one prompt.
    private readonly PromptRunner _oneByOne = new(model, options with { RowsPerPass = 1 });

    /// <inheritdoc/>
    public SweepResult Run(
        IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, RecordedActivations? record, Action<int>? done, CancellationToken cancellation)
    {
        var result = new SweepResult(prompts, candidates);
        _oneByOne.Run([.. prompts.Select(prompt => prompt.Tokens)], 0, (indices, batch) =>
        {
            var index = indices[0];
            var reader = scorer.Reader(model, [prompts[index]]);
            Answer(null, record is null ? null : new ActivationRecorder(record, indices));
            for (var candidate = 0; candidate < candidates.Count; candidate++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using var plan = new EditPlan([candidates[candidate].Edits], model.DataType, model.Device);
                Answer(candidate, new EditHook(plan, EditMembers.Leaves));
            }

            void Answer(int? candidate, IActivationHook? hook)
            {
                var hidden = model.Forward(batch, hook);
                reader.Read(hidden, [0], 1, (_, _, scores) => result.Set(index, candidate, scores));
                if (candidate is null && index < IScoreReader.MassPrompts)
                {
                    reader.ReadMass(hidden, [0], 1, (_, mass) => result.SetMass(index, mass));
                }
            }
        }, done, cancellation, [.. prompts.Select(prompt => prompt.Run)]);
        return result;
    }
}
