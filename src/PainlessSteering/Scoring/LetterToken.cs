using System.Text.Json.Serialization;

namespace PainlessSteering.Scoring;

/// <summary>Which token of the vocabulary answers with a letter (method.md §8).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LetterToken>))]
public enum LetterToken
{
    /// <summary>The one by which the tokenizer goes on from the prompt with the letter: mostly " A" after <c>Answer:</c>, where models expect it.</summary>
    [JsonStringEnumMemberName("continuing")] Continuing,

    /// <summary>The bare letter, "A" and not " A", whatever the prompt: the released code's.</summary>
    [JsonStringEnumMemberName("bare")] Bare,
}
