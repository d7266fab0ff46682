using PainlessSteering.Engine.Sources;

namespace PainlessSteering.Engine.Blocks;

/// <summary>What a family settles of a norm.</summary>
/// <param name="Name">Name of the module in the part or block that it belongs to.</param>
internal abstract record NormPlan(string Name)
{
    /// <summary>Number of weights.</summary>
    /// <param name="size">Elements of a row.</param>
    public abstract long Parameters(int size);

    /// <summary>Takes the weights.</summary>
    /// <param name="weights">Where from.</param>
    /// <param name="name">Full name of the module.</param>
    /// <param name="size">Elements of a row.</param>
    public abstract INorm Load(WeightSource weights, string name, int size);
}
