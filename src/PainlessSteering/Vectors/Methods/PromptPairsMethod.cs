using PainlessSteering.Data;

namespace PainlessSteering.Vectors.Methods;

/// <summary>The baseline of hand-written prompt pairs: means over the pairs' positive and negative texts.</summary>
internal static class PromptPairsMethod
{
    public const string Name = "prompt_pairs";

    public static PromptSides Part(IReadOnlyList<PromptPair> pairs) => new([.. pairs.Select(pair => pair.Positive)], [.. pairs.Select(pair => pair.Negative)]);
}
