namespace PainlessSteering.Generation;

/// <summary>What is asked of a generation besides the prompt.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate, at least 1.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Vectors that steer; without one, and with all strengths 0, the model is run untouched.</summary>
    public IReadOnlyList<AppliedVector> Vectors { get; init; } = [];

    /// <summary>Threads of one matrix product on the CPU.</summary>
    public int Threads { get; init; } = 1;

    internal void Check()
    {
        if (MaxTokens < 1)
        {
            throw new PasException("nothing to generate", expected: "at least 1 token", found: FormattableString.Invariant($"{MaxTokens}"));
        }

        Sampling.Check();
    }
}
