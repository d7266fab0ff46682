using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Errors;

/// <summary>What requests call the settings of a generation.</summary>
internal static class FieldNames
{
    private static readonly Dictionary<string, string> Fields = new()
    {
        [nameof(SamplingOptions.Temperature)] = "temperature",
        [nameof(SamplingOptions.TopK)] = "top_k",
        [nameof(SamplingOptions.TopP)] = "top_p",
        [nameof(SamplingOptions.MinP)] = "min_p",
        [nameof(SamplingOptions.RepetitionPenalty)] = "repetition_penalty",
        [nameof(GenerationOptions.MaxTokens)] = "max_tokens",
        [nameof(GenerationOptions.StopStrings)] = "stop",
        [nameof(GenerationOptions.LogProbabilities)] = "logprobs",
    };

    /// <summary>The field of a library's setting; null where a request has none, such as for a strength, which the model's name may tell.</summary>
    public static string? Of(string setting) => Fields.GetValueOrDefault(setting);
}
