namespace PainlessSteering.Engine.Blocks;

/// <summary>
/// One layer as its family plans it: the parts, and how they meet in the residual stream. Each form of the residual is a plan of its own
/// (<see cref="SequentialBlock"/>); whoever only counts or loads needs no more than this.
/// </summary>
internal abstract record BlockPlan
{
    /// <summary>The sum of the parts' costs, and of what the block itself holds of a row.</summary>
    /// <param name="hiddenSize">Width of the residual stream.</param>
    public abstract Cost Cost(int hiddenSize);

    /// <summary>Takes the weights.</summary>
    /// <param name="source">Named as the block.</param>
    /// <exception cref="PasException">A weight is missing or of another shape.</exception>
    public abstract IBlock Load(PartSource source);

    /// <summary>Refuses settings that do not fit together.</summary>
    /// <param name="where">The file that they are from.</param>
    /// <exception cref="PasException">Which do not.</exception>
    public abstract void Check(string where);
}
