using System.Text.Json.Serialization;

namespace PainlessSteering.Generation;

/// <summary>A finished generation.</summary>
/// <param name="Text">The text that follows the prompt.</param>
/// <param name="Tokens">Ids of the generated tokens, the end-of-sequence id not among them.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record GeneratedText(string Text, IReadOnlyList<int> Tokens, FinishReason FinishReason);

/// <summary>Why a generation ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FinishReason>))]
public enum FinishReason
{
    /// <summary>The model ended the sequence.</summary>
    [JsonStringEnumMemberName("stop")] Stop,

    /// <summary>As many tokens as were asked for.</summary>
    [JsonStringEnumMemberName("length")] Length,

    /// <summary>The model's context is full.</summary>
    [JsonStringEnumMemberName("context")] Context,
}
