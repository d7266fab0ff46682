namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// Gated MLPs of which a router chooses a few for each row; and in some families one that every row passes. A checkpoint has a weight for each
/// expert, or holds all of a layer in one tensor for gate and up and one for down.
/// </summary>
internal sealed record MixtureOfExpertsPlan : FeedForwardPlan
{
    /// <summary>How many experts there are.</summary>
    public required int Experts { get; init; }

    /// <summary>One of them.</summary>
    public required MlpPlan Expert { get; init; }

    /// <summary>Chooses among them.</summary>
    public required RouterPlan Router { get; init; }

    /// <summary>The one that every row passes, or null.</summary>
    public SharedExpertPlan? Shared { get; init; }

    /// <summary>Name of the list of experts, whose numbers follow it; null where their tensors are the part's own (Granite).</summary>
    public string? ListName { get; init; } = "experts";

    /// <summary>Name of the module where there is a weight for each expert; null for the same (Mixtral has another).</summary>
    public string? NameOfParted { get; init; }

    /// <summary>How the tensors of all experts lie, where there are such.</summary>
    public FusedExperts Fused { get; init; } = new();

    /// <summary>Whether published checkpoints hold all experts of a layer in these tensors (Qwen3.5).</summary>
    public bool IsPublishedFused { get; init; }

    /// <summary>What weighs an expert's output weighs its input instead (Llama 4).</summary>
    public bool WeighsInput { get; init; }

    /// <inheritdoc/>
    public override Cost Cost(int hiddenSize)
    {
        var expert = Expert.Cost(hiddenSize);
        var always = Router.Cost(hiddenSize, Experts) + (Shared?.Cost(hiddenSize) ?? new Cost());
        return always with
        {
            Products = [.. always.Products, .. expert.Products.Select(product => product with { Held = Experts, Used = Router.Chosen })],
            OtherParameters = always.OtherParameters + (Experts * expert.OtherParameters),
            RowElements = Math.Max(always.RowElements, expert.RowElements + (3L * hiddenSize)), // One expert at a time: its rows, what it gives, and that weighted.
            KeptElements = always.KeptElements + (Router.Chosen * (expert.KeptElements + (2L * hiddenSize))),
            PassingElements = Math.Max(always.PassingElements, expert.PassingElements + (2L * hiddenSize)),
        };
    }

    /// <inheritdoc/>
    public override IFeedForward Load(PartSource source)
    {
        var list = ListOf(source);
        if (Fused.IsIn(list))
        {
            return new MixtureOfExperts(Router.Load(source, Experts), Fused.Load(list, Experts, Expert), Shared?.Load(source), WeighsInput);
        }

        source = NameOfParted is { } parted ? source.Beside(parted) : source;
        list = ListOf(source);
        Mlp[] experts = [.. Enumerable.Range(0, Experts).Select(expert => Expert.LoadMlp(list.Part($"{expert}")))];
        return new MixtureOfExperts(Router.Load(source, Experts), experts, Shared?.Load(source), WeighsInput);
    }

    private PartSource ListOf(PartSource source) => ListName is { } name ? source.Part(name) : source;

    /// <inheritdoc/>
    public override void Check(string where) => Router.Check(Experts, where);
}
