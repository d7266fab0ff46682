namespace PainlessSteering.Engine.Weights.Kernels;

/// <summary>Which of the keys given each query sees.</summary>
/// <param name="Queries">How many there are; rows of scores are those of all queries, over and over.</param>
/// <param name="Causal">The last keys are the queries' own, and each sees none after its own; else each sees all.</param>
/// <param name="Window">Keys that a query sees at most, its own the last; null for all.</param>
internal readonly record struct Sight(int Queries, bool Causal = false, int? Window = null)
{
    /// <summary>The first key that a query sees and the one after its last.</summary>
    /// <param name="query">The query's number.</param>
    /// <param name="keys">How many keys there are.</param>
    public (int From, int To) Of(int query, int keys)
    {
        var to = Causal ? keys - Queries + query + 1 : keys;
        return (Window is { } size ? Math.Max(0, to - size) : 0, to);
    }
}
