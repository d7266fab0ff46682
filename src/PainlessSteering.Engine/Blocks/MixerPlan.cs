namespace PainlessSteering.Engine.Blocks;

/// <summary>What a family settles of a token mixer: its shapes and flags, and what its weights are called.</summary>
internal abstract record MixerPlan
{
    /// <summary>Name of the module in the block.</summary>
    public string Name { get; init; } = "self_attn";

    /// <summary>Of the mixer alone; what the block holds around it is the block's.</summary>
    /// <param name="hiddenSize">Width of its input and output.</param>
    public abstract Cost Cost(int hiddenSize);

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the mixer.</param>
    public abstract ITokenMixer Load(PartSource source);

    /// <inheritdoc cref="BlockPlan.Check"/>
    public virtual void Check(string where)
    {
    }
}
