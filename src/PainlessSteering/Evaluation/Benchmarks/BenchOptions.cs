
using PainlessSteering.Engine.Batching;

namespace PainlessSteering.Evaluation.Benchmarks;

/// <summary>What a benchmark runs.</summary>
/// <param name="PromptTokens">Length of every prompt, in tokens.</param>
/// <param name="Cells">Cells of the swept grid, spread evenly over the default layers of the residual site.</param>
/// <param name="Engine">Threads and rows of a pass.</param>
/// <param name="Time">About how long to go on with rounds; there is always one.</param>
public sealed record BenchOptions(int PromptTokens, int Cells, EngineOptions Engine, TimeSpan Time)
{
    /// <summary>A few rounds of a small model, one of a large model.</summary>
    public static TimeSpan DefaultTime { get; } = TimeSpan.FromSeconds(25);
}
