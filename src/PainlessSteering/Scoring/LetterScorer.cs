using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Statistics;
using static TorchSharp.torch;

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

    internal override ChoicePrompt Encode(PresentedItem item, ChoiceEncoder encoder) => new(
        encoder.Encode(item.Prompt, item.Index), [.. Enumerable.Range(0, item.Choices.Count).Select(choice => encoder.Letter(choice))])
    { Text = item.Prompt };

    internal override IReadOnlyList<Shortcut>? Shortcuts(IReadOnlyList<PresentedItem> items) => null;

    internal override IScoreReader Reader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts) => new LetterReader(model, prompts);

    // The letters of an item with fewer choices are the first ones of any other.
    private sealed class LetterReader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts) : IScoreReader
    {
        private readonly Tensor _letters = tensor(
            [.. (prompts.MaxBy(prompt => prompt.Choices.Count)?.Choices ?? []).Select(letter => (long)letter[0])], device: model.Device);

        public void Read(Tensor hidden, IReadOnlyList<int> indices, int leaves, KeepScores keep)
        {
            var count = (int)_letters.size(0);
            var logits = model.Logits(hidden, _letters).cpu().data<float>().ToArray();
            for (var row = 0; row < indices.Count * leaves; row++)
            {
                keep(indices[row / leaves], row % leaves, logits.AsSpan(row * count, count));
            }
        }
    }
}
