using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Statistics;

namespace PainlessSteering.Scoring;

/// <summary>The logit of the choice's letter after the multiple-choice prompt.</summary>
internal sealed class LetterScorer : Scorer
{
    private LetterScorer()
        : base("letter")
    {
    }

    public static LetterScorer Instance { get; } = new();

    internal override int CountTokens(PresentedItem item, ChoiceEncoder encoder) => encoder.CountTokens(item.Prompt);

    internal override ChoicePrompt Encode(PresentedItem item, ChoiceEncoder encoder)
    {
        var tokens = encoder.Encode(item.Prompt, item.Index);
        return new ChoicePrompt(tokens, encoder.Letters(item.Index, item.Prompt, tokens, item.Choices.Count)) { Text = item.Prompt };
    }

    internal override IReadOnlyList<Shortcut>? Shortcuts(IReadOnlyList<PresentedItem> items) => null;

    internal override IScoreReader Reader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts) => new LetterReader(model, prompts);
}
