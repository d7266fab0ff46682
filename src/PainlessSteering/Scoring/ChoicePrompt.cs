using PainlessSteering.Engine.Batching;

namespace PainlessSteering.Scoring;

/// <summary>A tokenised prompt and what it may be answered with.</summary>
/// <param name="Tokens">Token ids.</param>
/// <param name="Choices">The tokens of each choice, as they go on from the prompt; none for a prompt that is not answered.</param>
internal sealed record ChoicePrompt(int[] Tokens, IReadOnlyList<int[]> Choices)
{
    /// <summary>A prompt whose choices are single tokens.</summary>
    public ChoicePrompt(int[] tokens, IReadOnlyList<int> choices)
        : this(tokens, [.. choices.Select(choice => new[] { choice })])
    {
    }

    /// <summary>A prompt that is not answered.</summary>
    public static ChoicePrompt Unanswered(int[] tokens) => new(tokens, Array.Empty<int[]>());

    /// <summary>The text of <see cref="Tokens"/>.</summary>
    public string Text { get; init; } = "";

    /// <summary>Bytes of each choice, where a scorer counts them.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [];

    /// <summary>The rows that a pass needs from the prompt's last token on.</summary>
    public LeafRun Run { get; init; } = LeafRun.Alone;
}
