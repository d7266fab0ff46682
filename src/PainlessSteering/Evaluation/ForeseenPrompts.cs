using PainlessSteering.Data;
using PainlessSteering.Scoring;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Evaluation;

/// <summary>
/// Prompts that methods may ask for once the answers are known. They begin with the question that the item's own prompt begins with, so
/// that running all of them beside it mostly costs fewer rows than running the question again for those that are then asked for.
/// </summary>
internal static class ForeseenPrompts
{
    /// <summary>The texts worth running beside the items, without those that the items themselves are.</summary>
    /// <param name="train">The training items.</param>
    /// <param name="methods">What may ask for more.</param>
    /// <param name="recorded">How an item is shown to the methods.</param>
    /// <param name="encoder">Gives their tokens.</param>
    public static List<(string Text, int[] Tokens)> Of(ChoiceSet train, IReadOnlyList<SteeringMethod> methods, Func<PresentedItem, PresentedItem> recorded, ChoiceEncoder encoder)
    {
        var found = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var own = train.Prompts.Select(prompt => prompt.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var (item, prompt) in train.Items.Zip(train.Prompts))
        {
            var asked = Enumerable.Range(0, prompt.Choices.Count)
                .SelectMany(answer => methods.Select(method => method.Part([new AnsweredItem(recorded(item), answer)])))
                .SelectMany(sides => sides.Positive.Concat(sides.Negative))
                .Where(text => !own.Contains(text)).Distinct(StringComparer.Ordinal)
                .Select(text => (Text: text, Tokens: encoder.Encode(text))).ToList();
            var shared = asked.Select(one => one.Tokens.AsSpan().CommonPrefixLength(prompt.Tokens)).DefaultIfEmpty().Min();
            if (asked.Sum(one => one.Tokens.Length - shared) < shared)
            {
                asked.ForEach(one => found.TryAdd(one.Text, one.Tokens));
            }
        }

        return [.. found.Select(pair => (pair.Key, pair.Value))];
    }
}
