namespace PainlessSteering.Engine.Blocks;

/// <summary>What a family settles of a feed-forward part: its shapes and flags, and what its weights are called.</summary>
internal abstract record FeedForwardPlan
{
    /// <summary>Name of the module in the block.</summary>
    public string Name { get; init; } = "mlp";

    /// <summary>Of the part alone.</summary>
    /// <param name="hiddenSize">Width of its input and output.</param>
    public abstract Cost Cost(int hiddenSize);

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the part.</param>
    public abstract IFeedForward Load(PartSource source);

    /// <inheritdoc cref="BlockPlan.Check"/>
    public virtual void Check(string where)
    {
    }
}
