using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>One answer to generate.</summary>
/// <param name="Prompt">The tokens before it.</param>
/// <param name="Options">Length, sampling and steering.</param>
internal sealed record AnswerJob(IReadOnlyList<int> Prompt, GenerationOptions Options)
{
    /// <summary>Several answers to one prompt, drawn with different seeds.</summary>
    public static IEnumerable<AnswerJob> Several(IReadOnlyList<int> prompt, GenerationOptions options, int count) =>
        Enumerable.Range(0, count).Select(i => new AnswerJob(prompt, options with { Sampling = options.Sampling with { Seed = unchecked(options.Sampling.Seed + i) } }));
}
