using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Batching;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Evaluation.Caching;
using PainlessSteering.Scoring;
using PainlessSteering.Statistics;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Evaluation;

/// <summary>Everything that determines the result of a fit, besides the model and the data.</summary>
public sealed record FitOptions
{
    private const int MostRandomDirections = 5;

    private readonly bool? _samePoint;
    private readonly LetterToken? _letterToken;

    /// <summary>Strengths of the paper's grid for 32-layer models.</summary>
    public static IReadOnlyList<SteeringStrength> PaperStrengths { get; } = [0.25, 0.5, 0.75, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 32];

    /// <summary>Which rules hold; see method.md §4.</summary>
    public Protocol Protocol { get; init; } = Protocol.Sound;

    /// <summary>
    /// Record the residual site where the vector is added, not one block before as the released code does. Follows the protocol
    /// unless set.
    /// </summary>
    public bool SamePoint
    {
        get => _samePoint ?? Protocol == Protocol.Sound;
        init => _samePoint = value;
    }

    /// <summary>Decides the split, the choice orders and the placebos.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Ways to make a vector.</summary>
    public IReadOnlyList<SteeringMethod> Methods { get; init; } = SteeringMethod.All;

    /// <summary>Hand-written prompt pairs, tried as one more method; or null.</summary>
    public IReadOnlyList<PromptPair>? PromptPairs { get; init; }

    /// <summary>Places in a block.</summary>
    public IReadOnlyList<SteeringSite> Sites { get; init; } = [SteeringSite.Residual];

    /// <summary>0-based blocks; see <see cref="DefaultLayers"/>.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>Factors of the vector, and percentages of how long activations are at its place.</summary>
    public IReadOnlyList<SteeringStrength> Strengths { get; init; } = PaperStrengths;

    /// <summary>Sizes of training, validation and test.</summary>
    public SplitSizes Split { get; init; } = SplitSizes.Default;

    /// <summary>At most so many items are used.</summary>
    public int MaxItems { get; init; } = Data.Split.DefaultMaxItems;

    /// <summary>Leave out items whose prompt is longer than the model's context, instead of failing.</summary>
    public bool SkipLongPrompts { get; init; }

    /// <summary>Solved items before every prompt (in-context learning); 0 for none.</summary>
    public int Icl { get; init; }

    /// <summary>Further data on whose test split of the same seed the choices are tested too, to see what else steering changes.</summary>
    public IReadOnlyList<Dataset> TestOn { get; init; } = [];

    /// <summary>
    /// How many placebos with shuffled labels. So many that beating them all is evidence at <see cref="Alpha"/>; over several seeds,
    /// which each have their own, fewer do.
    /// </summary>
    public int Placebos { get; init; } = DefaultPlacebos;

    /// <summary>Most placebos: each is a whole grid, or a whole evaluation, and so many show a p of 0.0001.</summary>
    public const int MostPlacebos = 10_000;

    /// <summary>As many as alpha = 0.05 takes.</summary>
    public static int DefaultPlacebos { get; } = PlaceboTest.Fewest(0.05);

    /// <summary>How many placebos of a kind: random directions stand beside, and need not carry alpha.</summary>
    public int PlacebosOf(PlaceboKind kind) => kind == PlaceboKind.ShuffledLabels ? Placebos : Math.Min(Placebos, MostRandomDirections);

    /// <summary>What each choice is given its number by.</summary>
    public Scorer Scorer { get; init; } = Scorer.Letter;

    /// <summary>Which token answers with a letter. Follows the protocol unless set.</summary>
    public LetterToken LetterToken
    {
        get => _letterToken ?? (Protocol == Protocol.Sound ? LetterToken.Continuing : LetterToken.Bare);
        init => _letterToken = value;
    }

    /// <summary>Level of the tests.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>One forward pass for every cell, as the released code does it.</summary>
    public bool Naive { get; init; }

    /// <summary>
    /// Where predictions and activations of training prompts are found and kept, if they are to be and letters answer; changes at most the last
    /// bits of a result.
    /// </summary>
    public ActivationCache? Cache { get; init; }

    /// <summary>How much of the machine may be used; does not change the result.</summary>
    public EngineOptions Engine { get; init; } = EngineOptions.Default;

    /// <summary>Whether norms of activations are recorded: percentages need them, and so does who is to give one later to the vector's file.</summary>
    internal bool NeedsNorms => Protocol == Protocol.Sound || Strengths.Any(strength => strength.IsPercentage);

    /// <summary>Refuses a model that the grid does not fit, and an empty grid.</summary>
    /// <exception cref="PasException">The reason.</exception>
    public void EnsureFits(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        EnsurePlacebos();
        foreach (var layer in Layers.Where(layer => layer < 0 || layer >= model.Layers))
        {
            throw new PasException("there is no such layer", expected: FormattableString.Invariant($"0 to {model.Layers - 1}"), found: FormattableString.Invariant($"{layer}")) { Setting = nameof(Layers) };
        }

        if (Icl > 0 && Scorer != Scorer.Letter)
        {
            throw new PasException("solved items before a prompt are answered by letters", expected: "'letter'", found: $"'{Scorer}'", remedy: $"leave {SettingName.Of(nameof(Icl))} out") { Setting = nameof(Scorer) };
        }

        if (Protocol == Protocol.Paper && Scorer != Scorer.Letter)
        {
            throw new PasException("the paper's protocol answers by letters", expected: "'letter'", found: $"'{Scorer}'") { Setting = nameof(Scorer) };
        }

        if (Layers.Count == 0 || Strengths.Count == 0 || Sites.Count == 0 || (Methods.Count == 0 && PromptPairs is null))
        {
            throw new PasException("the grid is empty", remedy: "give at least one layer, strength, site and method") { Code = ErrorCodes.BadSetting };
        }
    }

    /// <exception cref="PasException">There are fewer placebos than none, or too many to compute.</exception>
    internal void EnsurePlacebos()
    {
        if (Placebos is < 0 or > MostPlacebos)
        {
            throw new PasException("not usable", null, $"0 to {MostPlacebos}", FormattableString.Invariant($"{Placebos}")) { Setting = nameof(Placebos) };
        }
    }

    /// <summary>The paper's ten layers scaled to a model's depth; every layer of a model of at most twelve.</summary>
    public static IReadOnlyList<int> DefaultLayers(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[] paper = [8, 11, 13, 14, 15, 16, 17, 19, 22, 25]; // of 32
        return model.Layers <= 12
            ? [.. Enumerable.Range(0, model.Layers)]
            : [.. paper.Select(layer => (int)Math.Round(layer * model.Layers / 32.0)).Distinct()];
    }
}
