using PainlessSteering.Data;
using PainlessSteering.RandomNumbers;
using PainlessSteering.Scoring;
using PainlessSteering.Sweeps;

namespace PainlessSteering.Evaluation;

/// <summary>
/// In-context learning: solved training items before every prompt. They are chosen among those that the model answers wrong
/// without them, the same for every prompt, and as many stand there as the model's context holds.
/// </summary>
internal sealed class Exemplars
{
    /// <summary>Tokens kept free behind a prompt.</summary>
    private const int Reserve = 8;

    private readonly ChoiceEncoder? _encoder;
    private readonly bool _mayHoldTheItem;
    private readonly int _count;
    private readonly IReadOnlyList<(MultipleChoiceItem Item, string Text, int Tokens)> _candidates;

    private Exemplars(IReadOnlyList<(MultipleChoiceItem, string, int)> candidates, int count, ChoiceEncoder? encoder, bool mayHoldTheItem) =>
        (_candidates, _count, _encoder, _mayHoldTheItem) = (candidates, count, encoder, mayHoldTheItem);

    /// <summary>No exemplars.</summary>
    public static Exemplars None { get; } = new([], 0, null, false);

    /// <summary>Chooses exemplars: NumPy's <c>RandomState(0)</c> orders the items answered wrong, and the first ones are taken.</summary>
    /// <param name="train">Training items without exemplars.</param>
    /// <param name="answer">Lets the unsteered model answer them.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="encoder">Counts tokens.</param>
    public static Exemplars Choose(ChoiceSet train, Func<ChoiceSet, SweepResult> answer, FitOptions options, ChoiceEncoder encoder)
    {
        var predictions = answer(train).Predictions(null);
        var wrong = train.Items.Where((item, i) => predictions[i] != item.Right).ToList();
        var paper = options.Protocol == Protocol.Paper;
        var order = wrong.Count == 0 ? [] : new NumPyRandomState(0).Permutation(wrong.Count);
        return new Exemplars(
            [.. order.Take(paper ? options.Icl : options.Icl + 1).Select(i => (wrong[i].Item, Solved(wrong[i], encoder), encoder.CountTokens(Solved(wrong[i], encoder))))],
            options.Icl, encoder, paper);
    }

    /// <summary>
    /// The item with its exemplars before it: one after the other, up to the first that does not fit. Under the sound protocol an
    /// exemplar never stands before itself; the next one takes its place.
    /// </summary>
    public PresentedItem Before(PresentedItem item)
    {
        if (_candidates.Count == 0)
        {
            return item;
        }

        var room = _encoder!.ContextLength - _encoder.CountTokens(item.Prompt) - Reserve;
        var prefix = new List<string>();
        foreach (var (_, text, tokens) in _candidates.Where(candidate => _mayHoldTheItem || !ReferenceEquals(candidate.Item, item.Item)).Take(_count))
        {
            room -= tokens;
            if (room < 0)
            {
                break;
            }

            prefix.Add(text);
        }

        return item with { Prefix = string.Concat(prefix), Exemplars = prefix.Count };
    }

    private static string Solved(PresentedItem item, ChoiceEncoder encoder) => encoder.Answered(item.Prompt, item.Right) + "\n\n";
}
