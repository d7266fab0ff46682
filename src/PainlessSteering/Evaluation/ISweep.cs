using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Evaluation;

/// <summary>Answers prompts unsteered and under every candidate. The fast way and the naive way give the same numbers.</summary>
internal interface ISweep
{
    /// <param name="prompts">Multiple-choice prompts.</param>
    /// <param name="candidates">Cells of the grid; may be empty.</param>
    /// <param name="record">Keeps the unsteered activations of the prompts too, if not null.</param>
    /// <param name="done">Told the number of prompts finished.</param>
    /// <param name="cancellation">Stops between forward passes.</param>
    SweepResult Run(
        IReadOnlyList<ChoicePrompt> prompts, IReadOnlyList<Candidate> candidates, RecordedActivations? record, Action<int>? done, CancellationToken cancellation);
}

/// <summary>A tokenised multiple-choice prompt.</summary>
/// <param name="Tokens">Token ids.</param>
/// <param name="Letters">Ids of the letters that it may be answered with, one for each choice.</param>
internal sealed record ChoicePrompt(int[] Tokens, IReadOnlyList<int> Letters);
