namespace PainlessSteering.Engine.Blocks;

/// <summary>What a family settles of the choice among experts.</summary>
internal abstract record RouterPlan
{
    /// <summary>Experts of a row.</summary>
    public required int Chosen { get; init; }

    /// <summary>Name in the feed-forward part of the map to the experts' scores.</summary>
    public string Name { get; init; } = "gate";

    /// <summary>Of the router alone.</summary>
    /// <param name="hiddenSize">Width of its input.</param>
    /// <param name="experts">How many there are to choose from.</param>
    public virtual Cost Cost(int hiddenSize, int experts) => new()
    {
        Products = [new(experts, hiddenSize)],
        RowElements = experts,
        RowFloats = 2L * experts,
        KeptElements = 2L * experts,
        PassingElements = 2L * experts,
    };

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the feed-forward part.</param>
    /// <param name="experts">How many there are.</param>
    public abstract IRouter Load(PartSource source, int experts);

    /// <inheritdoc cref="BlockPlan.Check"/>
    /// <param name="experts">How many there are.</param>
    /// <param name="where">For errors: the file of the configuration.</param>
    public virtual void Check(int experts, string where)
    {
        if (Chosen > experts)
        {
            throw new PasException("a row is sent to more experts than there are", where, $"at most {experts}", $"{Chosen}") { Code = ErrorCodes.FileDamaged };
        }
    }
}
