namespace PainlessSteering.Engine.Batching;

/// <summary>How much of the machine a run may use.</summary>
/// <param name="Threads">Workers, each with a batch of its own and one thread; 1 on a GPU.</param>
/// <param name="RowsPerPass">Rows that one forward pass may hold: bounds memory, and fills the matrix products.</param>
public sealed record EngineOptions(int Threads, int RowsPerPass = 2048)
{
    /// <summary>All cores.</summary>
    public static EngineOptions Default { get; } = new(Environment.ProcessorCount);

    /// <summary>Rows that a pass fills a large budget with: more would not be faster.</summary>
    public const int MostRows = 8192;

    /// <summary>Bytes that a run may take besides the weights: passes hold fewer rows where they would not fit. Null for no limit.</summary>
    public long? Memory { get; init; }
}
