using System.Text;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Statistics;

namespace PainlessSteering.Scoring;

/// <summary>The log-probability of the choice's text after the question: the sum over its tokens.</summary>
internal class TextScorer : Scorer
{
    private protected TextScorer(string name)
        : base(name)
    {
    }

    public static TextScorer Instance { get; } = new("text");

    internal override int CountTokens(PresentedItem item, ChoiceEncoder encoder) =>
        Enumerable.Range(0, item.Choices.Count).Max(choice => encoder.CountTokens(item.Statement(choice)));

    internal override ChoicePrompt Encode(PresentedItem item, ChoiceEncoder encoder)
    {
        var text = item.Prefix + item.Item.Question;
        var prompt = encoder.Encode(text, item.Index);
        int[][] choices = [.. item.Choices.Select((choice, i) =>
        {
            var whole = encoder.Encode(item.Statement(i), item.Index);
            return whole.Length > prompt.Length && whole.AsSpan().StartsWith(prompt)
                ? whole[prompt.Length..]
                : throw encoder.Unscorable(item.Index, $"the question's tokens change where the choice '{choice}' follows it", "use the scorer 'letter' for this data, or leave the item out");
        })];
        return new ChoicePrompt(prompt, choices) { Text = text, Run = new LeafRun([.. choices.Select(choice => choice[..^1])]) };
    }

    internal override IReadOnlyList<Shortcut>? Shortcuts(IReadOnlyList<PresentedItem> items)
    {
        int[] Always(Func<IReadOnlyList<int>, int> one) => [.. items.Select(item => one([.. item.Choices.Select(choice => Encoding.UTF8.GetByteCount(choice))]))];
        return [new("the shortest choice", Always(lengths => lengths.Index().MinBy(length => length.Item).Index)), new("the longest choice", Always(lengths => lengths.Index().MaxBy(length => length.Item).Index))];
    }

    internal override IScoreReader Reader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts) => new TextReader(model, prompts, Divisor);

    /// <summary>What the sum of a choice's log-probabilities is divided by.</summary>
    private protected virtual double Divisor(ChoicePrompt prompt, int choice) => 1;
}
