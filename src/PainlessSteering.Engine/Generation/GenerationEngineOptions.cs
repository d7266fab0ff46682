using static System.FormattableString;

namespace PainlessSteering.Engine.Generation;

/// <summary>The limits of a <see cref="GenerationEngine"/>.</summary>
public sealed record GenerationEngineOptions
{
    /// <summary>
    /// Bytes for the keys and values of all sequences that run. A sequence begins when there is room for its prompt and the most
    /// tokens that it may generate, so that what has begun always ends; one that needs more than all of it ends early.
    /// </summary>
    public long KVCacheBytes { get; init; } = 1L << 30;

    /// <summary>Most sequences that run at once.</summary>
    public int MaxSequences { get; init; } = 64;

    /// <summary>Most requests that wait; one more is refused with a <see cref="QueueFullException"/>.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Most tokens of new prompts that run between two steps of the sequences that generate.</summary>
    public int PrefillTokens { get; init; } = 256;

    /// <summary>Threads of a matrix product on the CPU; more are faster on an idle machine, and far slower on a busy one.</summary>
    public int Threads { get; init; } = 1;

    internal void Check()
    {
        Require(KVCacheBytes, nameof(KVCacheBytes));
        Require(MaxSequences, nameof(MaxSequences));
        Require(MaxWaiting, nameof(MaxWaiting));
        Require(PrefillTokens, nameof(PrefillTokens));
        Require(Threads, nameof(Threads));
    }

    private static void Require(long value, string name)
    {
        if (value < 1)
        {
            throw new PasException("too small", expected: "1 or more", found: Invariant($"{value}")) { Setting = name };
        }
    }
}
