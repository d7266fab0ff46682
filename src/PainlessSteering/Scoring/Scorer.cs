using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Statistics;

namespace PainlessSteering.Scoring;

/// <summary>
/// Gives each choice of an item a number, of which the largest is the model's answer (method.md §9). A new one is one file with a
/// <see cref="Scorer"/> and one entry in <see cref="All"/>.
/// </summary>
public abstract class Scorer
{
    private protected Scorer(string name) => Name = name;

    /// <summary>Every scorer; the first is the paper's.</summary>
    public static IReadOnlyList<Scorer> All { get; } = [LetterScorer.Instance, TextScorer.Instance, TextNormScorer.Instance];

    /// <summary>The logit of the choice's letter: the paper's.</summary>
    public static Scorer Letter => LetterScorer.Instance;

    /// <summary>The name in options and files.</summary>
    public string Name { get; }

    /// <summary>The scorer of this name.</summary>
    /// <exception cref="PasException">There is none.</exception>
    public static Scorer Parse(string name) =>
        All.FirstOrDefault(scorer => scorer.Name == name) ?? throw new PasException("there is no such scorer", expected: "one of " + string.Join(", ", All), found: $"'{name}'") { Code = ErrorCodes.BadSetting };

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Most tokens of an item's prompt and choice together.</summary>
    internal abstract int CountTokens(PresentedItem item, ChoiceEncoder encoder);

    /// <summary>The prompt that an item is answered after, and its choices' tokens.</summary>
    /// <exception cref="PasException">The item cannot be scored so.</exception>
    internal abstract ChoicePrompt Encode(PresentedItem item, ChoiceEncoder encoder);

    /// <summary>What takes the numbers out of a model's hidden states; tensors in the current dispose scope.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompts">All prompts that will be read.</param>
    internal abstract IScoreReader Reader(CausalLM model, IReadOnlyList<ChoicePrompt> prompts);

    /// <summary>
    /// Ways to answer without reading the question that a gain must be more than; null where the letters themselves are such ways, of which
    /// <see cref="LetterReport"/> knows.
    /// </summary>
    internal abstract IReadOnlyList<Shortcut>? Shortcuts(IReadOnlyList<PresentedItem> items);
}
