using PainlessSteering.Engine.Editing;
using static System.FormattableString;

namespace PainlessSteering.Engine.Generation;

/// <summary>What is asked of a generation besides the prompt.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate, at least 1.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>What steers, any number of edits at any places; without one, and with all strengths 0, the model is run untouched.</summary>
    public IReadOnlyList<ISteering> Steering { get; init; } = [];

    /// <summary>The text ends before the first of these; none empty.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Whether blanks and line ends at the beginning of the text are left out; its tokens stay what they are.</summary>
    public bool TrimStart { get; init; }

    /// <summary>With each token its log-probability and those of so many likeliest tokens, 0 or more; null for none at all.</summary>
    public int? LogProbabilities { get; init; }

    internal void Check()
    {
        if (MaxTokens < 1)
        {
            throw new PasException("nothing to generate", "", "at least 1 token", Invariant($"{MaxTokens}")) { Setting = nameof(MaxTokens) };
        }

        if (StopStrings.Any(string.IsNullOrEmpty))
        {
            throw new PasException("a stop string is empty", "", "at least one character") { Setting = nameof(StopStrings) };
        }

        if (LogProbabilities < 0)
        {
            throw new PasException("no such number of log-probabilities", "", "0 or more", Invariant($"{LogProbabilities}")) { Setting = nameof(LogProbabilities) };
        }

        Sampling.Check();
    }
}
