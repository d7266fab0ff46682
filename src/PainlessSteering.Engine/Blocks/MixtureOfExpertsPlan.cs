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

    /// <summary>Name of the list of experts, whose numbers follow it.</summary>
    public string ListName { get; init; } = "experts";

    /// <summary>Name of the module where there is a weight for each expert; null for the same (Mixtral has another).</summary>
    public string? NameOfParted { get; init; }

    /// <summary>Names in the list of the tensors of all experts: gate, then up [experts, 2 x inner size, hidden size], and down [experts, hidden size, inner size].</summary>
    public (string GateUp, string Down) FusedNames { get; init; } = ("gate_up_proj", "down_proj");

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
        var list = source.Part(ListName);
        if (list.Has(FusedNames.GateUp))
        {
            return new MixtureOfExperts(Router.Load(source, Experts), Fused(list), Shared?.Load(source));
        }

        source = NameOfParted is { } parted ? source.Beside(parted) : source;
        list = source.Part(ListName);
        Mlp[] experts = [.. Enumerable.Range(0, Experts).Select(expert => Expert.LoadMlp(list.Part($"{expert}")))];
        return new MixtureOfExperts(Router.Load(source, Experts), experts, Shared?.Load(source));
    }

    /// <inheritdoc/>
    public override void Check(string where) => Router.Check(Experts, where);

    private Mlp[] Fused(PartSource list)
    {
        int inner = Expert.InnerSize, hidden = list.HiddenSize;
        string Name(int expert, string part) => $"{expert}.{part}";
        var up = list.LinearsOf(FusedNames.GateUp, [Experts, 2 * inner, hidden], [.. Enumerable.Range(0, 2 * Experts).Select(half => Name(half / 2, half % 2 == 0 ? Expert.Names.Gate : Expert.Names.Up))]);
        var down = list.LinearsOf(FusedNames.Down, [Experts, hidden, inner], [.. Enumerable.Range(0, Experts).Select(expert => Name(expert, Expert.Names.Down))]);
        return [.. Enumerable.Range(0, Experts).Select(expert => new Mlp(Expert.Activation, up[2 * expert], up[(2 * expert) + 1], down[expert]))];
    }
}
