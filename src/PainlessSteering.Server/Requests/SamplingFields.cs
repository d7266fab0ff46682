using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Requests;

/// <summary>The fields that say how tokens are chosen, with the API's defaults: drawn at temperature 1.</summary>
internal static class SamplingFields
{
    private const double LeastTopP = 1e-9; // The API allows 0, which leaves the likeliest token alone.

    public static SamplingOptions Read(RequestField root) => new()
    {
        Temperature = root["temperature"].Real(0, 2) ?? 1,
        TopP = Math.Max(LeastTopP, root["top_p"].Real(0, 1) ?? 1),
        TopK = Math.Max(0, root["top_k"].Number(-1, int.MaxValue) ?? 0), // -1 is how other servers spell "all".
        MinP = root["min_p"].Real(0, 1) ?? 0,
        RepetitionPenalty = root["repetition_penalty"].Real(0.01, 100) ?? 1,
        Seed = root["seed"].Long() is { } seed ? Fold(seed) : Random.Shared.Next(),
    };

    private static int Fold(long seed) => unchecked((int)(seed ^ (seed >> 32)));
}
