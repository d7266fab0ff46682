using PainlessSteering.Engine.Editing;
using PainlessSteering.Scoring;

namespace PainlessSteering.Sweeps;

/// <summary>Answers prompts unsteered and under every candidate. The fast way and the naive way give the same numbers.</summary>
internal interface ISweep
{
    /// <param name="prompts">Prompts and what they may be answered with.</param>
    /// <param name="candidates">Cells of the grid; may be empty.</param>
    /// <param name="record">Keeps the unsteered activations of the prompts too, if not null.</param>
    /// <param name="done">Told the number of prompts finished.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    SweepResult Run(
        IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, RecordedActivations? record, Action<int>? done, CancellationToken cancellation);
}
