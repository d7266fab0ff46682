using System.Text;
using PainlessSteering.Data;

namespace PainlessSteering.Scoring;

/// <summary>The same as <see cref="TextScorer"/> for each byte of the text, its leading blank included: for choices of different lengths.</summary>
internal sealed class TextNormScorer : TextScorer
{
    private TextNormScorer()
        : base("text-norm")
    {
    }

    public static new TextNormScorer Instance { get; } = new();

    internal override ChoicePrompt Encode(PresentedItem item, ChoiceEncoder encoder) =>
        base.Encode(item, encoder) with { Lengths = [.. item.Choices.Select(choice => 1 + Encoding.UTF8.GetByteCount(choice))] };

    private protected override double Divisor(ChoicePrompt prompt, int choice) => prompt.Lengths[choice];
}
